# Writes treasure.json: the two mRS distributions of TREASURE compared by every test of a shift, with inputs and versions.
# Run from anywhere: Rscript tests/reference/treasure.R [OUTPUT]

suppressPackageStartupMessages({
  library(coin)
  library(MASS)
  library(ordinal)
})

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
output <- c(commandArgs(TRUE), file.path(here, "treasure.json"))[1]

# 17 significant digits give every double back; jsonlite stops at 15.
json <- function(x) {
  if (is.list(x)) {
    items <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(items, collapse = ",\n"), "]"))
    return(paste0("{", paste0("\"", names(x), "\": ", items, collapse = ", "), "}"))
  }
  text <- if (is.character(x)) paste0("\"", x, "\"") else sprintf("%.17g", x)
  if (length(x) == 1) text else paste0("[", paste(text, collapse = ", "), "]")
}

# Houkin 2024 (doi:10.1001/jamaneurol.2023.5200), table 2: participants in mRS 0 to 6, cells and placebo.
tables <- list(
  list(day = 90, printed = ".62", cells = c(5, 9, 20, 15, 31, 18, 6), placebo = c(3, 8, 12, 17, 39, 20, 3)),
  list(day = 365, printed = ".42", cells = c(9, 11, 18, 15, 22, 16, 13), placebo = c(1, 13, 13, 17, 33, 15, 10))
)
control <- clm.control(method = "Newton", gradTol = 1e-11, maxIter = 500L)

# The score test of proportional odds, Z²/V (Whitehead 1993).
whitehead <- function(first, second) {
  n <- sum(first, second)
  z <- sum(first * (c(0, head(cumsum(second), -1)) - rev(c(0, head(cumsum(rev(second)), -1))))) / (n + 1)
  v <- sum(first) * sum(second) * n * (1 - sum(((first + second) / n)^3)) / (3 * (n + 1)^2)
  pchisq(z^2 / v, 1, lower.tail = FALSE)
}

row <- function(given) {
  mrs <- c(rep(0:6, given$cells), rep(0:6, given$placebo))
  arm <- factor(rep(c("cells", "placebo"), c(sum(given$cells), sum(given$placebo))))
  scale <- factor(mrs, levels = 0:6, ordered = TRUE)
  crossed <- table(arm, scale)
  wilcoxon <- function(correct) wilcox.test(mrs ~ arm, exact = FALSE, correct = correct)$p.value
  null <- clm(scale ~ 1, control = control)
  model <- clm(scale ~ arm, control = control)
  estimate <- summary(model)$coefficients["armplacebo", ]
  polr_model <- polr(scale ~ arm, Hess = TRUE)
  c(given, list(
    "rank-sum, exact" = as.numeric(pvalue(wilcox_test(mrs ~ arm, distribution = "exact"))),
    "rank-sum, normal" = wilcoxon(FALSE),
    "rank-sum, normal with continuity correction" = wilcoxon(TRUE),
    "rank-sum, normal, coin" = as.numeric(pvalue(wilcox_test(mrs ~ arm))),
    "proportional odds, Wald" = 2 * pnorm(-abs(estimate[["Estimate"]] / estimate[["Std. Error"]])),
    "proportional odds, likelihood ratio" = pchisq(2 * as.numeric(logLik(model) - logLik(null)), 1, lower.tail = FALSE),
    "proportional odds, score" = whitehead(given$cells, given$placebo),
    "polr, Wald" = 2 * pnorm(-abs(polr_model$coefficients[["armplacebo"]] / sqrt(vcov(polr_model)[1, 1]))),
    "log common OR" = estimate[["Estimate"]],
    "Cochran–Mantel–Haenszel, mean score" = as.numeric(pvalue(lbl_test(crossed))),
    "Cochran–Mantel–Haenszel, general association" = as.numeric(pvalue(cmh_test(table(arm, factor(mrs)))))
  ))
}

program <- c(R = as.character(getRversion()), sapply(
  c("coin", "MASS", "ordinal", "stats"), function(name) as.character(packageVersion(name))
))
writeLines(json(list(program = as.list(program), days = lapply(tables, row))), output)
