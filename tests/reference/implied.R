# Writes implied.json: reference numbers for implied effects, multiplicity, power and binomial statistics.
# Run from this folder: Rscript implied.R
#
# metafor takes `pi=` in escalc only from version 4 on. Where the installed one is older, d comes from base R's qt
# and metafor's escalc(measure = "SMD", vtype = "LS") still corrects it and gives the variance.

suppressPackageStartupMessages(library(metafor))
set.seed(20050606)

# 17 significant digits give every double back; jsonlite stops at 15.
json <- function(x) {
  if (is.data.frame(x)) return(json(lapply(seq_len(nrow(x)), function(i) as.list(x[i, ]))))
  if (is.list(x)) {
    items <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(items, collapse = ",\n"), "]"))
    return(paste0("{", paste0("\"", names(x), "\": ", items, collapse = ", "), "}"))
  }
  text <- if (is.character(x)) paste0("\"", x, "\"") else sprintf("%.17g", x)
  if (length(x) == 1 && !inherits(x, "AsIs")) text else paste0("[", paste(text, collapse = ", "), "]")
}

z975 <- qnorm(0.975)
sizes <- list(c(5, 25), c(39, 15), c(20, 20), c(25, 22), c(2, 2), c(3, 4), c(12, 100), c(150, 300), c(16, 36))
p_values <- c(1e-12, 1e-6, 0.001, 0.008, 0.011, 0.018, 0.05, 0.076, 0.171, 0.5, 0.732, 0.95)
lone <- do.call(rbind, lapply(sizes, function(n) data.frame(p = p_values, n1 = n[1], n2 = n[2])))
lone$t <- qt(lone$p / 2, lone$n1 + lone$n2 - 2, lower.tail = FALSE)

has_pi <- "pi" %in% names(formals(escalc))
smd <- if (has_pi) {
  escalc(measure = "SMD", pi = p, n1i = n1, n2i = n2, data = lone, vtype = "LS", append = FALSE)
} else {
  d <- lone$t * sqrt(1 / lone$n1 + 1 / lone$n2)
  one <- rep(1, nrow(lone))
  escalc(measure = "SMD", m1i = d, m2i = 0 * d, sd1i = one, sd2i = one, n1i = lone$n1, n2i = lone$n2, vtype = "LS")
}
lone$g <- as.numeric(smd$yi)
lone$v <- as.numeric(smd$vi)
lone$g_ci_lb <- lone$g - z975 * sqrt(lone$v)
lone$g_ci_ub <- lone$g + z975 * sqrt(lone$v)

lone$z <- qnorm(lone$p / 2, lower.tail = FALSE)
lone$ps <- with(lone, pmin(1, 0.5 + z * sqrt((n1 + n2 + 1) / (12 * n1 * n2))))
share_sets <- list(rep(1 / 7, 7), c(0.5, 0.3, 0.2), c(0.1, 0.15, 0.2, 0.15, 0.2, 0.1, 0.1), c(0.9, 0.1))
common_or <- function(p, n1, n2, shares) {
  total <- n1 + n2
  v <- n1 * n2 * total * (1 - sum(shares^3)) / (3 * (total + 1)^2)
  z <- qnorm(p / 2, lower.tail = FALSE)
  list(p = p, n1 = n1, n2 = n2, shares = I(shares), log_or = z / sqrt(v), variance = 1 / v,
       or = exp(z / sqrt(v)), ci_lb = exp((z - z975) / sqrt(v)), ci_ub = exp((z + z975) / sqrt(v)))
}
common_ors <- unlist(lapply(share_sets, function(shares)
  lapply(seq(1, nrow(lone), by = 5), function(i) common_or(lone$p[i], lone$n1[i], lone$n2[i], shares))), recursive = FALSE)

df <- c(2, 3, 5, 10, 28, 52, 200, 2000)
corrections <- data.frame(df = df, j = sapply(df, function(m) exp(lgamma(m / 2) - log(sqrt(m / 2)) - lgamma((m - 1) / 2))))

rules <- c("bonferroni", "holm", "hochberg", "BH", "BY")
vectors <- c(lapply(1:24, function(i) round(runif(1 + i %% 12)^(1 + i %% 3), 1 + i %% 4)),
             list(c(0.011, 0.017, 0.115, 0.076, 0.171, 0.286), c(0, 0, 1, 1), c(0.02, 0.02, 0.02)))
families <- lapply(vectors, function(p) {
  adjusted <- lapply(rules, function(rule) I(p.adjust(p, rule)))
  names(adjusted) <- tolower(rules)
  list(p = I(p), adjusted = adjusted)
})

tests <- expand.grid(n = c(1, 5, 13, 30, 54, 400, 1500), part = c(0, 0.13, 0.5, 0.72, 1), share = c(0.5, 2 / 3, 0.1, 0.93))
tests$k <- round(tests$n * tests$part)
tests$part <- NULL
tests$p <- mapply(function(k, n, share) binom.test(k, n, share)$p.value, tests$k, tests$n, tests$share)

intervals <- unique(expand.grid(n = c(1, 5, 30, 39, 54, 1500), part = c(0, 0.02, 0.4, 0.72, 1), level = c(0.9, 0.95, 0.99)))
intervals$k <- round(intervals$n * intervals$part)
intervals$part <- NULL
bounds <- mapply(function(k, n, level) binom.test(k, n, conf.level = level)$conf.int, intervals$k, intervals$n, intervals$level)
intervals$lo <- bounds[1, ]
intervals$hi <- bounds[2, ]

power_of <- function(d, n1, n2, alpha) {
  nu <- n1 + n2 - 2
  ncp <- d * sqrt(n1 * n2 / (n1 + n2))
  critical <- qt(alpha / 2, nu, lower.tail = FALSE)
  pt(critical, nu, ncp, lower.tail = FALSE) + pt(-critical, nu, ncp)
}
detectable_of <- function(n1, n2, target, alpha)
  uniroot(function(d) power_of(d, n1, n2, alpha) - target, c(0, 30), tol = 1e-14, maxiter = 10000)$root
groups <- list(c(5, 25), c(39, 15), c(64, 64), c(2, 2), c(3, 3), c(8, 8), c(1, 12), c(150, 300))
powers <- do.call(rbind, lapply(groups, function(n)
  expand.grid(d = c(0, 0.1, 0.5, 0.867, 1.422, 2.5), n1 = n[1], n2 = n[2], alpha = c(0.05, 0.01))))
# Beyond a noncentrality of 37.62 R's pt turns to an approximation.
powers <- subset(powers, d * sqrt(n1 * n2 / (n1 + n2)) < 20)
powers$power <- mapply(power_of, powers$d, powers$n1, powers$n2, powers$alpha)
equal <- data.frame(n = c(64, 64, 10, 200), d = c(0.5, 0.2, 1.2, 0.1))
equal$power <- mapply(function(n, d) power.t.test(n = n, delta = d, sd = 1, strict = TRUE)$power, equal$n, equal$d)
detectables <- do.call(rbind, lapply(groups, function(n)
  expand.grid(n1 = n[1], n2 = n[2], target = c(0.5, 0.8, 0.9), alpha = c(0.05, 0.01))))
detectables$d <- mapply(detectable_of, detectables$n1, detectables$n2, detectables$target, detectables$alpha)
detectables$smallest_significant <- with(detectables, qt(alpha / 2, n1 + n2 - 2, lower.tail = FALSE) * sqrt(1 / n1 + 1 / n2))

program <- list(
  R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")),
  smd = if (has_pi) "escalc(pi=)" else "escalc(m1i=d, m2i=0, sd1i=1, sd2i=1) with d from qt")
writeLines(json(list(
  program = program, lone_p = lone, common_or = common_ors, hedges_correction = corrections,
  p_adjust = families, binom_test = tests, clopper_pearson = intervals, power = powers,
  power_t_test = equal, detectable = detectables)), "implied.json")
