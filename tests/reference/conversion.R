# Writes conversion.json: reported statistics turned into means, SDs, SEs, p-values and hazard ratios.
# Run from anywhere: Rscript tests/reference/conversion.R [OUTPUT]
#
# One section per module, one list per function of it. Where it can be the statistic comes from a test or a model of R,
# and the answer is what R says of the data behind it. metafor has conv.fivenum from version 4 on: where the installed one
# is older, the equations of Luo 2018, Wan 2014, Shi 2020 and Shi 2023 stand here as those papers print them.

suppressPackageStartupMessages({
  library(metafor)
  library(survival)
})
set.seed(20140135)

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
output <- c(commandArgs(TRUE), file.path(here, "conversion.json"))[1]

# 17 significant digits give every double back; jsonlite stops at 15.
json <- function(x) {
  if (is.list(x)) {
    items <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(items, collapse = ",\n"), "]"))
    return(paste0("{", paste0("\"", names(x), "\": ", items, collapse = ", "), "}"))
  }
  text <- if (is.character(x)) paste0("\"", x, "\"") else if (is.logical(x)) ifelse(is.na(x), "null", ifelse(x, "true", "false"))
          else ifelse(is.finite(x), sprintf("%.17g", x), "null")
  if (length(x) == 1 && !inherits(x, "AsIs")) text else paste0("[", paste(text, collapse = ", "), "]")
}
rows <- function(...) {
  grid <- expand.grid(..., KEEP.OUT.ATTRS = FALSE)
  lapply(seq_len(nrow(grid)), function(i) as.list(grid[i, , drop = FALSE]))
}

# ---- means and SDs from medians --------------------------------------------------------------------------------------

# Minimum, quartiles, median, maximum: symmetric, mildly and strongly skewed, ties with the median, far from 0, tiny.
shapes <- list(c(-2, -0.7, 0, 0.7, 2), c(-2, -0.6, 0, 0.75, 2.6), c(0, 10, 20, 60, 300), c(1, 3, 3, 5, 6), c(0, 0, 2, 4, 9), c(0, 2, 2.5, 3, 3), c(1e6, 1e6 + 1, 1e6 + 3, 1e6 + 4, 1e6 + 9),
               c(-30, -12, -11, -9, -1), 1e-7 * c(1, 4, 5, 6, 8))
by_metafor <- exists("conv.fivenum", asNamespace("metafor"))

from_papers <- function(a, q1, m, q3, b, n) {
  xi <- 2 * qnorm((n - 0.375) / (n + 0.25))             # Wan 2014, equation 9
  eta <- 2 * qnorm((0.75 * n - 0.125) / (n + 0.25))     # Wan 2014, equation 16
  asymmetry <- function(low, high) abs(low + high - 2 * m) / (high - low)
  if (is.na(q1)) {
    w <- 4 / (4 + n^0.75)                               # Luo 2018, equation 7
    return(list(mean = w * (a + b) / 2 + (1 - w) * m, sd = (b - a) / xi, statistic = asymmetry(a, b), critical = 1 / log(n + 9) + 2.5 / (n + 1)))
  }
  if (is.na(a)) {
    w <- 0.7 + 0.39 / n                                 # Luo 2018, equation 11
    return(list(mean = w * (q1 + q3) / 2 + (1 - w) * m, sd = (q3 - q1) / eta, statistic = asymmetry(q1, q3), critical = 2.65 / sqrt(n) - 6 / n^2))
  }
  w1 <- 2.2 / (2.2 + n^0.75)                            # Luo 2018, equation 15
  w2 <- 0.7 - 0.72 / n^0.55
  w <- 1 / (1 + 0.07 * n^0.6)                           # Shi 2020, equation 10
  list(mean = w1 * (a + b) / 2 + w2 * (q1 + q3) / 2 + (1 - w1 - w2) * m, sd = w * (b - a) / xi + (1 - w) * (q3 - q1) / eta,
       statistic = max(2.65 * log(0.6 * n) / sqrt(n) * asymmetry(a, b), asymmetry(q1, q3)), critical = 3 / sqrt(n) - 40 / n^3)
}
from_metafor <- function(a, q1, m, q3, b, n) {
  found <- conv.fivenum(min = a, q1 = q1, median = m, q3 = q3, max = b, n = n, test = FALSE)
  list(mean = as.numeric(found$mean), sd = as.numeric(found$sd), statistic = attr(found$mean, "tval"), critical = attr(found$mean, "crit"))
}
quantiles <- unlist(lapply(shapes, function(x) lapply(rows(n = c(5, 6, 9, 16, 40, 77, 400, 1e4, 1e7), given = c("range", "quartiles", "all")), function(case) {
  used <- switch(as.character(case$given), range = c(1, 3, 5), quartiles = 2:4, all = 1:5)
  x[-used] <- NA
  found <- do.call(if (by_metafor) from_metafor else from_papers, as.list(c(unname(x), case$n)))
  c(list(n = case$n, minimum = x[1], q1 = x[2], median = x[3], q3 = x[4], maximum = x[5]), found)
})), recursive = FALSE)
skewness <- lapply(quantiles, function(row) c(row[c("n", "minimum", "q1", "median", "q3", "maximum", "statistic", "critical")], skewed = row$statistic >= row$critical))
mean_sd <- lapply(quantiles, function(row) row[c("n", "minimum", "q1", "median", "q3", "maximum", "mean", "sd")])

# ---- SDs and SEs from tests ------------------------------------------------------------------------------------------

exactly <- function(n, m, s) if (n == 1) m else m + s * as.numeric(scale(seq_len(n)))
intervals <- c(rows(n = c(2, 3, 25, 104, 20000), mean = 32.1, sd = c(5.09, 40), level = c(0.5, 0.9, 0.95, 0.999), normal = c(TRUE, FALSE)),
               rows(n = c(2, 22, 1e5), mean = 0, sd = 1e-6, level = c(0.05, 0.95), normal = c(TRUE, FALSE)))
sd_from_ci <- lapply(intervals, function(x) with(x, {
  limits <- if (normal) mean + c(-1, 1) * qnorm((1 - level) / 2, lower.tail = FALSE) * sd / sqrt(n) else t.test(exactly(n, mean, sd), conf.level = level)$conf.int
  list(ci_lb = limits[1], ci_ub = limits[2], n = n, level = level, normal = normal, sd = sd)
}))
# Two arms of which one may be a single participant; the SD within arms is the square root of the pooled variance.
arms <- lapply(rows(n1 = c(1, 2, 25, 5000), n2 = c(2, 22, 300), difference = c(-3.8, 0.01, 60), sd = c(4.69, 0.5)), function(x) with(x, {
  test <- t.test(exactly(n1, 10 + difference, sd), exactly(n2, 10, sd), var.equal = TRUE)
  list(n1 = n1, n2 = n2, difference = difference, t = unname(test$statistic), df = unname(test$parameter), p = test$p.value, se = test$stderr, sd = sd)
}))
se_from_t <- lapply(arms, function(row) row[c("difference", "t", "se")])
# No paper prints a p of 1e-100, and below the smallest normal double p itself has lost its digits.
se_from_p <- lapply(Filter(function(row) row$p > 1e-100, arms), function(row) row[c("difference", "p", "df", "se")])
sd_from_difference_se <- lapply(arms, function(row) row[c("se", "n1", "n2", "sd")])

# ---- estimates, intervals and p-values -------------------------------------------------------------------------------

fits <- list(logit = glm(am ~ hp + qsec, binomial, mtcars), poisson = glm(count ~ spray, poisson, InsectSprays), esoph = glm(cbind(ncases, ncontrols) ~ agegp, binomial, esoph),
             gamma = glm(dist ~ speed, Gamma("log"), cars))
wald <- unlist(lapply(fits, function(fit) {
  table <- coef(summary(fit, dispersion = if (family(fit)$family == "Gamma") 0.2 else 1))
  unlist(lapply(seq_len(nrow(table))[-1], function(i) lapply(c(0.8, 0.95, 0.999), function(level) {
    half <- qnorm((1 - level) / 2, lower.tail = FALSE) * table[i, 2]
    list(estimate = table[i, 1], ci_lb = table[i, 1] - half, ci_ub = table[i, 1] + half, level = level, df = NA, p = 2 * pnorm(-abs(table[i, 3])))
  })), recursive = FALSE)
}), recursive = FALSE)
models <- list(lm(mpg ~ wt + hp, mtcars), lm(dist ~ speed, cars), lm(c(1, 2, 4) ~ c(0, 1, 2)), lm(weight ~ group, PlantGrowth))
student <- unlist(lapply(models, function(fit) {
  table <- coef(summary(fit))
  unlist(lapply(seq_len(nrow(table))[-1], function(i) lapply(c(0.8, 0.95, 0.999), function(level) {
    limits <- confint(fit, level = level)[i, ]
    list(estimate = table[i, 1], ci_lb = unname(limits[1]), ci_ub = unname(limits[2]), level = level, df = fit$df.residual, p = table[i, 4])
  })), recursive = FALSE)
}), recursive = FALSE)
on_both_scales <- function(rows) c(lapply(rows, c, ratio = FALSE), lapply(Filter(function(row) abs(row$ci_lb) < 50 && abs(row$ci_ub) < 50, rows), function(row)
  replace(c(row, ratio = TRUE), c("estimate", "ci_lb", "ci_ub"), lapply(row[c("estimate", "ci_lb", "ci_ub")], exp))))
p_from_ci <- on_both_scales(c(wald, student))

# ---- hazard ratios ---------------------------------------------------------------------------------------------------

cohorts <- list(
  ovarian = coxph(Surv(futime, fustat) ~ rx, ovarian), lung = coxph(Surv(time, status) ~ sex, lung), veteran = coxph(Surv(time, status) ~ trt, veteran),
  colon = coxph(Surv(time, status) ~ I(rx == "Lev+5FU"), subset(colon, etype == 2)), leukemia = coxph(Surv(time, status) ~ x, leukemia)
)
from_ci <- unlist(lapply(cohorts, function(fit) lapply(c(0.5, 0.9, 0.95, 0.999), function(level) {
  limits <- summary(fit, conf.int = level)$conf.int
  list(hr = limits[1, 1], ci_lb = limits[1, 3], ci_ub = limits[1, 4], level = level, log_hr = unname(coef(fit)), variance = vcov(fit)[1, 1])
})), recursive = FALSE)

# ----------------------------------------------------------------------------------------------------------------------

packages <- c("stats", "metafor", "survival")
program <- c(list(R = as.character(getRversion())), sapply(packages, function(p) as.character(packageVersion(p)), simplify = FALSE))
calls <- list(
  mean_sd = if (by_metafor) "metafor::conv.fivenum(test = FALSE)" else "equations of Luo 2018, Wan 2014, Shi 2020, Shi 2023", sd_from_ci = "t.test", se_from_t = "t.test(var.equal = TRUE)", se_from_p = "t.test(var.equal = TRUE)",
  sd_from_difference_se = "t.test(var.equal = TRUE)",
  confidence = "glm, lm, confint", from_ci = "coxph"
)
writeLines(json(list(
  program = program, calls = calls,
  conversion = list(skewness = skewness, mean_sd = mean_sd, sd_from_ci = sd_from_ci, se_from_t = se_from_t, se_from_p = se_from_p, sd_from_difference_se = sd_from_difference_se),
  confidence = list(p_from_ci = unname(p_from_ci)),
  survival = list(from_ci = unname(from_ci))
)), output)
