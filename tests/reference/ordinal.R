# Writes ordinal.json: two ordinal distributions compared by ordinal, coin, pROC and stats, with inputs and versions.
# Run from anywhere: Rscript tests/reference/ordinal.R [OUTPUT]

suppressPackageStartupMessages({
  library(ordinal)
  library(coin)
  library(pROC)
  library(metadat)
})

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
output <- c(commandArgs(TRUE), file.path(here, "ordinal.json"))[1]
z975 <- qnorm(0.975)

# 17 significant digits give every double back; jsonlite stops at 15.
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    items <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(items, collapse = ",\n"), "]"))
    return(paste0("{", paste0("\"", names(x), "\": ", items, collapse = ", "), "}"))
  }
  text <- if (is.character(x)) paste0("\"", x, "\"") else ifelse(is.na(x), "null", sprintf("%.17g", x))
  if (length(x) == 1 && !inherits(x, "AsIs")) text else paste0("[", paste(text, collapse = ", "), "]")
}

# ---- two arms -----------------------------------------------------------------------------------

# TREASURE, modified Rankin Scale at days 90 and 365 (Houkin 2024); the rest are corners: an empty category, in both
# arms or in one, a single participant, everyone tied, no overlap.
tables <- list(
  list(c(5, 9, 20, 15, 31, 18, 6), c(3, 8, 12, 17, 39, 20, 3)), list(c(9, 11, 18, 15, 22, 16, 13), c(1, 13, 13, 17, 33, 15, 10)),
  list(c(2, 13, 10, 0, 12, 2), c(0, 5, 4, 1, 4, 1)), list(c(1, 2, 2), c(3, 10, 12)), list(c(0, 0, 5), c(20, 5, 0)),
  list(c(1, 1, 1, 1, 1), c(5, 6, 4, 7, 3)), list(c(5, 0), c(0, 25)), list(c(3, 0, 2), c(5, 15, 5)),
  list(c(3, 0, 2, 4), c(5, 0, 5, 1)), list(c(0, 3, 2, 4, 0), c(0, 9, 5, 1, 0)), list(c(4), c(4)), list(c(0, 4, 0), c(0, 9, 0)),
  list(c(0, 1, 0), c(12, 3, 11)), list(c(1, 0, 0), c(3, 4, 5)), list(c(0, 0, 1, 0), c(2, 5, 0, 3)), list(c(0, 1, 4), c(6, 2, 0)),
  list(c(1, 2, 3, 4, 3, 2, 1), c(2, 3, 4, 5, 4, 3, 2)), list(c(6, 1, 1, 8), c(2, 9, 3, 1)), list(c(2, 2, 2, 2, 2), c(2, 2, 2, 2, 2)),
  list(c(7, 3), c(2, 8)), list(c(1, 4, 0, 5, 0, 2), c(0, 0, 6, 1, 3, 3)), list(c(12, 11), c(13, 9)),
  list(c(0, 1, 2, 3, 4, 5, 6), c(6, 5, 4, 3, 2, 1, 0)), list(c(0, 1, 2, 0, 1, 1, 0), c(1, 3, 4, 6, 8, 2, 1)),
  list(c(3, 4, 9, 15, 18, 9, 2), c(5, 12, 11, 10, 8, 6, 4)), list(c(40, 60, 30, 25, 22, 18, 5), c(20, 45, 42, 30, 40, 25, 8)),
  list(c(0, 3, 1, 9), c(8, 2, 1, 0)), list(c(30, 1, 1, 0), c(25, 4, 6, 3)),
  list(c(2, 0, 1, 3, 1, 0, 2, 4, 1, 2, 3), c(1, 1, 0, 2, 3, 2, 1, 0, 2, 1, 0))
)
utilities <- c(1, .91, .76, .65, .33, 0, 0)
control <- clm.control(method = "Newton", gradTol = 1e-11, maxIter = 500L, maxLineIter = 50L)

newcombe <- function(ps, n1, n2) {
  star <- (n1 + n2) / 2 - 1
  excess <- function(theta) (theta - ps)^2 - z975^2 * theta * (1 - theta) / (n1 * n2) *
    (1 + star * (1 - theta) / (2 - theta) + star * theta / (1 + theta))
  root <- function(from, to) uniroot(excess, c(from, to), tol = 1e-16, maxiter = 10000)$root
  c(if (ps > 0) root(0, ps - 1e-12) else 0, if (ps < 1) root(ps + 1e-12, 1) else 1)
}

delong <- function(y, arm) {
  curve <- roc(arm, y, levels = c(2, 1), direction = "<", quiet = TRUE)
  list(ps = as.numeric(auc(curve)), variance = if (min(table(arm)) > 1) suppressWarnings(var(curve, method = "delong")),
       ci = if (min(table(arm)) > 1) suppressWarnings(as.numeric(ci.auc(curve, method = "delong"))[c(1, 3)]))
}

# The limits at which twice the loss of log-likelihood is the 95 % quantile of chi-squared: clm's own profile interpolates.
profile_limits <- function(y, x, fit) {
  loss <- function(b) {
    held <- b * x
    2 * (as.numeric(logLik(fit)) - as.numeric(logLik(clm(y ~ offset(held), control = control)))) - z975^2
  }
  beta <- unname(fit$beta)
  se <- unname(sqrt(diag(vcov(fit)))[length(coef(fit))])
  c(uniroot(loss, c(beta - 6 * se, beta), tol = 1e-12)$root, uniroot(loss, c(beta, beta + 6 * se), tol = 1e-12)$root)
}

proportional_odds <- function(y, x, pair) {
  held <- range(which(pair[[1]] > 0)); other <- range(which(pair[[2]] > 0))
  if (held[1] >= other[2] || other[1] >= held[2]) return(NULL)
  y <- factor(y, ordered = TRUE)
  fit <- suppressWarnings(clm(y ~ x, control = control))
  null <- suppressWarnings(clm(y ~ 1, control = control))
  counts <- table(x, y)
  full <- all(counts > 0) && nlevels(y) > 2
  # What nominal_test(fit) does; that function looks for its data in the wrong place when called from here.
  loose <- if (full) clm(y ~ 1, nominal = ~x, control = control)
  loss <- if (full) 2 * as.numeric(logLik(loose) - logLik(fit))
  df <- if (full) length(coef(loose)) - length(coef(fit))
  list(beta = unname(fit$beta), se = unname(sqrt(diag(vcov(fit)))[length(coef(fit))]), thresholds = I(unname(fit$alpha)),
       log_likelihood = as.numeric(logLik(fit)), lr = 2 * as.numeric(logLik(fit) - logLik(null)),
       lr_p = anova(null, fit)[2, "Pr(>Chisq)"], profile = profile_limits(y, x, fit),
       nominal = if (full) c(loss, df, pchisq(loss, df, lower.tail = FALSE)))
}

two_arms <- lapply(tables, function(pair) {
  y <- unlist(lapply(pair, function(k) rep(seq_along(k), k)))
  arm <- rep(1:2, sapply(pair, sum))
  constant <- length(unique(y)) == 1
  group <- factor(arm)
  n <- length(y)
  rank_sum <- if (!constant) wilcox_test(y ~ group, distribution = "asymptotic")
  # Scores are the categories' places, so that an empty category keeps its distance; lbl_test wants three columns.
  linear <- if (length(pair[[1]]) > 2 && all(pair[[1]] + pair[[2]] > 0)) lbl_test(as.table(rbind(pair[[1]], pair[[2]])))
  curve <- delong(y, arm)
  held <- if (length(pair[[1]]) == 7 && min(table(arm)) > 1) lapply(1:2, function(k) utilities[y[arm == k]])
  list(
    counts1 = I(pair[[1]]), counts2 = I(pair[[2]]), ps = curve$ps, delong = curve$variance, delong_ci = curve$ci,
    newcombe_ci = newcombe(curve$ps, sum(pair[[1]]), sum(pair[[2]])),
    exact = if (!constant) as.numeric(pvalue(wilcox_test(y ~ group, distribution = "exact"))),
    # coin divides by N - 1 where the score test of proportional odds divides by N.
    score = if (!constant) as.numeric(statistic(rank_sum))^2 * n / (n - 1),
    lbl = if (!is.null(linear)) c(as.numeric(statistic(linear))^2, as.numeric(pvalue(linear))),
    utility = if (!is.null(held)) c(mean(held[[1]]) - mean(held[[2]]), var(held[[1]]) / length(held[[1]]) + var(held[[2]]) / length(held[[2]])),
    clm = if (!constant) proportional_odds(y, 2 - arm, pair))
})

# ---- strata -------------------------------------------------------------------------------------

# Each stratum: rows are the arms, columns the categories. Rabbits and UCBAdmissions are the examples of mantelhaen.test.
rabbits <- array(c(0, 0, 6, 5, 3, 0, 3, 6, 6, 2, 0, 4, 5, 6, 1, 0, 2, 5, 0, 0), dim = c(2, 2, 5))
bcg <- with(dat.bcg, array(rbind(tpos, cpos, tneg, cneg), dim = c(2, 2, nrow(dat.bcg))))
satisfaction <- array(c(1, 2, 0, 0, 3, 3, 1, 2, 11, 17, 2, 3, 2, 3, 0, 0), dim = c(2, 4, 2))
mrs <- array(c(rbind(c(5, 9, 20, 15, 31, 18, 6), c(3, 8, 12, 17, 39, 20, 3)), rbind(c(9, 11, 18, 15, 22, 16, 13), c(1, 13, 13, 17, 33, 15, 10))),
             dim = c(2, 7, 2))
empty <- array(c(rbind(c(3, 0, 2, 4), c(5, 0, 5, 1)), rbind(c(1, 0, 2, 3), c(4, 0, 4, 0)), rbind(c(1, 0, 0, 0), c(0, 0, 0, 0) + c(0, 0, 2, 0))),
               dim = c(2, 4, 3))
arrays <- list(rabbits, aperm(unclass(UCBAdmissions), c(2, 1, 3)), bcg, satisfaction, mrs, empty, mrs[, , 1, drop = FALSE],
               array(c(1, 0, 0, 1, 2, 3, 4, 5), dim = c(2, 2, 2)))
arrays <- lapply(arrays, `storage.mode<-`, "double")

htest <- function(x) unname(c(x$statistic, x$parameter, x$p.value))
strata <- lapply(arrays, function(x) {
  used <- x[, apply(x, 2, sum) > 0, , drop = FALSE]
  list(strata = lapply(seq_len(dim(x)[3]), function(k) lapply(1:2, function(i) I(as.numeric(x[i, , k])))),
       # Of two categories it is Cochran's test without correction; a lone stratum is none to mantelhaen.test.
       general = if (dim(x)[3] > 1) htest(mantelhaen.test(used, correct = FALSE)))
})

packages <- c("ordinal", "coin", "pROC", "metadat", "stats")
program <- c(list(R = as.character(getRversion())), sapply(packages, function(p) as.character(packageVersion(p)), simplify = FALSE))
writeLines(json(list(program = program, two_arms = two_arms, strata = strata)), output)
