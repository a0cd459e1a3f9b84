# Writes power.json: power, information size, boundaries, SDs of a change and adjusted p-values.
# Run from anywhere: Rscript tests/reference/power.R [OUTPUT]
#
# One section per module, one list per function of it. Where a package has the method its function is called; else the
# definition is solved by base R (uniroot, integrate), so that no closed formula of ours stands on both sides.

suppressPackageStartupMessages({
  library(metafor)
  library(metadat)
  library(mvtnorm)
})
set.seed(19930101)

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
output <- c(commandArgs(TRUE), file.path(here, "power.json"))[1]

# 17 significant digits give every double back; jsonlite stops at 15.
json <- function(x) {
  if (is.data.frame(x)) return(json(lapply(seq_len(nrow(x)), function(i) as.list(x[i, , drop = FALSE]))))
  if (is.list(x)) {
    items <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(items, collapse = ",\n"), "]"))
    return(paste0("{", paste0("\"", names(x), "\": ", items, collapse = ", "), "}"))
  }
  text <- if (is.character(x)) paste0("\"", x, "\"") else ifelse(is.finite(x), sprintf("%.17g", x), "null")
  if (length(x) == 1 && !inherits(x, "AsIs")) text else paste0("[", paste(text, collapse = ", "), "]")
}
rows <- function(...) {
  grid <- expand.grid(..., KEEP.OUT.ATTRS = FALSE)
  lapply(seq_len(nrow(grid)), function(i) as.list(grid[i, , drop = FALSE]))
}
root <- function(f, lower, upper) suppressWarnings(uniroot(f, c(lower, upper), tol = 1e-300, maxiter = 10000))$root

# ---- power of the t test ---------------------------------------------------------------------------------------------

# The noncentral t as a normal over an independent chi: both tails, integrated over the chi's logarithm. R's own pt keeps
# 1e-12 absolute only and turns to an approximation beyond a noncentrality of 37.62.
t_power <- function(d, n1, n2, alpha) {
  nu <- n1 + n2 - 2
  delta <- d / sqrt(1 / n1 + 1 / n2)
  critical <- qt(alpha / 2, nu, lower.tail = FALSE)
  density <- function(u) exp(nu * (u - expm1(2 * u) / 2))
  both <- function(u) density(u) * (pnorm(delta - critical * exp(u)) + pnorm(-delta - critical * exp(u)))
  area <- function(f) {
    # Cut around its peaks, the chi's and the one where the normal's argument is 0, and where nothing is left of it.
    spread <- 1 / sqrt(2 * nu)
    ends <- c(min(-90 / nu, -40 * spread), 4)
    cuts <- outer(if (delta > 0) c(0, log(delta / critical)) else 0, c(-12, -8, -2, 0, 2, 8, 12) * spread, "+")
    cuts <- sort(unique(c(ends, cuts[cuts > ends[1] & cuts < ends[2]])))
    pieces <- mapply(function(a, b) integrate(f, a, b, rel.tol = 1e-13, abs.tol = 0, subdivisions = 2000, stop.on.error = FALSE)$value,
                     cuts[-length(cuts)], cuts[-1])
    sum(pieces)
  }
  area(both) / area(density)
}

groups <- list(c(5, 25), c(39, 15), c(64, 64), c(2, 2), c(2, 30), c(150, 300), c(2000, 3000))
t2n <- unlist(lapply(groups, function(n) rows(d = c(0, 1e-4, 0.1, 0.5, 1.422), n1 = n[1], n2 = n[2], alpha = c(0.5, 0.05, 0.001))), recursive = FALSE)
t2n <- Filter(function(x) x$d * sqrt(x$n1 * x$n2 / (x$n1 + x$n2)) < 30, t2n)
t2n <- lapply(t2n, function(x) c(x, power = with(x, pwr::pwr.t2n.test(n1, n2, d, alpha)$power)))
corners <- c(
  rows(d = c(0.3, 2, 40), n1 = 1, n2 = c(2, 5, 500), alpha = c(0.05, 1e-6)), rows(d = c(1e-6, 0.01), n1 = 1e6, n2 = 2e6, alpha = c(0.05, 1e-9, 0.9)),
  rows(d = c(0.2, 3), n1 = c(3, 30), n2 = 30, alpha = c(1e-12, 0.999)), rows(d = c(8, 60), n1 = 12, n2 = 100, alpha = 1e-6)
)
corners <- lapply(corners, function(x) c(x, power = with(x, t_power(d, n1, n2, alpha))))
equal <- lapply(rows(n = c(2, 10, 64, 5000), d = c(0.02, 0.5, 1.2), alpha = c(0.05, 0.001)), function(x) with(x, list(
  d = d, n1 = n, n2 = n, alpha = alpha, power = power.t.test(n = n, delta = d, sd = 1, sig.level = alpha, strict = TRUE)$power)))

detectable <- c(
  rows(n1 = 1, n2 = c(2, 12, 400), target = c(0.5, 0.8, 0.99), alpha = c(0.05, 0.001)),
  rows(n1 = 39, n2 = 15, target = c(0.051, 0.999999), alpha = 0.05), rows(n1 = c(8, 2000), n2 = 60, target = 0.9, alpha = c(1e-9, 0.4)),
  rows(n1 = 5e5, n2 = 1e6, target = c(0.3, 0.8), alpha = 0.05)
)
detectable <- lapply(detectable, function(x) c(x, d = with(x, {
  scale <- sqrt(1 / n1 + 1 / n2) * (qt(alpha / 2, n1 + n2 - 2, lower.tail = FALSE) + 8)
  root(function(d) qnorm(t_power(d, n1, n2, alpha)) - qnorm(target), 1e-9 * scale, 3 * scale)
})))
balanced <- lapply(rows(n = c(3, 20, 64, 1000), target = c(0.8, 0.9), alpha = c(0.05, 0.01)), function(x) with(x, list(
  n1 = n, n2 = n, target = target, alpha = alpha,
  d = power.t.test(n = n, power = target, sig.level = alpha, strict = TRUE, tol = 1e-14)$delta)))
smallest <- lapply(rows(n1 = c(1, 5, 2000), n2 = c(2, 25, 1e6), alpha = c(0.9, 0.05, 1e-9)), function(x) with(x, {
  # The d whose t.test of two samples with SD 1 within groups has this p.
  d <- root(function(d) pt(-d / sqrt(1 / n1 + 1 / n2), n1 + n2 - 2, log.p = TRUE) - log(alpha / 2), 0, 1e9)
  list(n1 = n1, n2 = n2, alpha = alpha, d = d)
}))

# ---- information size ------------------------------------------------------------------------------------------------

# The N at which a z test of two arms in the ratio r to 1 has the power, far tail left out; lower.tail keeps small powers.
z_size <- function(difference, variance, alpha, power, ratio) {
  test <- function(log_n) {
    n1 <- exp(log_n) * ratio / (1 + ratio)
    n2 <- exp(log_n) / (1 + ratio)
    abs(difference) / sqrt(variance * (1 / n1 + 1 / n2)) - qnorm(alpha / 2, lower.tail = FALSE)
  }
  exp(root(function(log_n) test(log_n) - qnorm(power), -20, 80))
}
size_means <- c(
  rows(difference = c(1e-6, 0.01, 0.2, -0.5, 3), sd = c(1, 12.5), alpha = c(0.05, 0.001), power = c(0.8, 0.95), ratio = c(1, 3)),
  rows(difference = 0.5, sd = 1, alpha = c(1e-9, 0.5), power = c(0.51, 0.9999), ratio = c(0.01, 1))
)
size_means <- lapply(size_means, function(x) with(x, c(x, n = z_size(difference, sd^2, alpha, power, ratio), t_test =
  if (ratio == 1 && abs(difference) >= 0.01 && abs(difference) < sd)
    2 * power.t.test(delta = abs(difference), sd = sd, power = power, sig.level = alpha, tol = 1e-10)$n else NA)))
size_risks <- lapply(rows(risk1 = c(0, 0.001, 0.08, 0.5, 0.9), risk2 = c(0.002, 0.1, 0.45, 1), alpha = c(0.05, 0.001), power = c(0.8, 0.9), ratio = c(1, 2)),
  function(x) with(x, {
    p <- (risk1 + risk2) / 2
    both <- if (ratio == 1 && abs(risk1 - risk2) < 0.1) 2 * power.prop.test(p1 = risk1, p2 = risk2, power = power, sig.level = alpha, tol = 1e-10)$n else NA
    c(x, n = z_size(risk1 - risk2, p * (1 - p), alpha, power, ratio), prop_test = both)
  }))

studies <- list(
  bcg = escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg),
  normand1999 = escalc("SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999),
  hine1989 = escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.hine1989), raudenbush1985 = dat.raudenbush1985
)
# What a z test of one estimate needs: Φ(|effect|√information − z) is the power.
information <- lapply(rows(effect = c(1e-5, -0.2, 0.5, 4), alpha = c(1e-9, 0.05, 0.5), power = c(0.51, 0.8, 0.9999)), function(x) with(x,
  c(x, information = exp(root(function(log_i) abs(effect) * exp(log_i / 2) - qnorm(alpha / 2, lower.tail = FALSE) - qnorm(power), -40, 80)))))
critical <- lapply(c(1e-300, 1e-9, 0.001, 0.05, 0.5, 0.999), function(alpha) list(alpha = alpha, z = qnorm(alpha / 2, lower.tail = FALSE)))

diversities <- lapply(names(studies), function(name) {
  common <- rma(yi, vi, data = studies[[name]], method = "EE")$se^2
  random <- rma(yi, vi, data = studies[[name]], method = "DL")$se^2
  list(name = name, v_common = common, v_random = random, diversity = 1 - common / random)
})

# ---- sequential boundaries -------------------------------------------------------------------------------------------

spending <- function(t, alpha) 2 * (if (t > 0) pnorm(qnorm(alpha / 2, lower.tail = FALSE) / sqrt(min(t, 1)), lower.tail = FALSE) else 0)

# The recursion of Armitage, McPherson & Rowe 1969 on the scale of the score, by Simpson's rule.
boundaries <- function(times, alpha, nodes = 4001) {
  spend <- diff(c(0, vapply(times, spending, 0, alpha = alpha / 2)))
  x <- 0; mass <- 1; before <- 0; limits <- numeric()
  for (i in seq_along(times)) {
    step <- sqrt(times[i] - before)
    crossing <- function(limit) log(sum(mass * pnorm((x - limit) / step))) - log(spend[i])
    limit <- root(crossing, 0, max(x) + 30 * step)
    limits[i] <- limit / sqrt(times[i])
    ahead <- seq(-1, 1, length.out = nodes) * limit
    simpson <- rep(c(2, 4), length.out = nodes); simpson[c(1, nodes)] <- 1
    mass <- as.numeric(dnorm(outer(ahead, x, "-"), sd = step) %*% mass) * simpson * (ahead[2] - ahead[1]) / 3
    x <- ahead; before <- times[i]
  }
  limits
}
# What mvtnorm says of the same limits: the α that they spend in all.
spent_by <- function(limits, times) {
  corr <- sqrt(outer(times, times, pmin) / outer(times, times, pmax))
  1 - as.numeric(pmvnorm(-limits, limits, corr = corr, algorithm = Miwa(steps = 4096)))
}
looks <- list(1, c(0.5, 1), c(0.2, 0.4), c(0.3, 0.9), c(0.7, 0.75), c(0.05, 1), c(1 / 3, 2 / 3, 1), c(0.4, 0.7, 0.8), c(0.25, 0.5, 0.75, 1), (1:5) / 5, (1:10) / 10, c(0.02, 0.03, 0.9))
sequential <- unlist(lapply(looks, function(times) lapply(c(0.5, 0.05, 0.001), function(alpha) {
  limits <- boundaries(times, alpha)
  by_mvtnorm <- if (length(times) %in% 2:3 && times[1] >= 0.2) spent_by(limits, times) else NA
  list(fractions = I(times), alpha = alpha, limits = I(limits), spent = 2 * spending(max(times), alpha / 2), by_mvtnorm = by_mvtnorm)
})), recursive = FALSE)
spent <- lapply(rows(fraction = c(0, 1e-3, 0.05, 0.2, 0.5, 0.999, 1, 1.7), alpha = c(1e-9, 0.025, 0.5)), function(x) c(x, spent = with(x, spending(fraction, alpha))))

# ---- what a new trial changes ----------------------------------------------------------------------------------------

pooled_z <- function(estimate, se, effect, weight) rma(c(estimate, effect), c(se^2, 1 / weight), method = "EE")$zval
least_weight <- function(estimate, se, effect, alpha) {
  critical <- qnorm(alpha / 2, lower.tail = FALSE)
  excess <- function(log_weight) abs(pooled_z(estimate, se, effect, exp(log_weight))) - critical
  grid <- seq(-12, 16, length.out = 120) - 2 * log(se)
  values <- vapply(grid, excess, 0)
  change <- which(diff(sign(values)) != 0)
  if (length(change)) exp(root(excess, grid[change[1]], grid[change[1] + 1])) else NA
}
moving <- lapply(rows(estimate = c(0.31, -0.02, 0.9), se = c(0.3, 0.05), new_effect = c(-0.8, -0.001, 0, 0.05, 0.31), alpha = c(0.05, 0.001)),
  function(x) c(x, weight = with(x, least_weight(estimate, se, new_effect, alpha))))
doubtful <- lapply(rows(estimate = c(0.31, -2), se = c(0.3, 0.01), new_se = c(0.02, 1, 30), alpha = c(0.05, 1e-6, 0.8)), function(x) with(x, {
  z <- qnorm(alpha / 2, lower.tail = FALSE)
  span <- 100 * (abs(estimate) + z + 1) * (1 + new_se^2 / se^2) * (1 + new_se)
  at <- function(target) root(function(effect) pooled_z(estimate, se, effect, 1 / new_se^2) - target, -span, span)
  c(x, lo = at(-z), hi = at(z))
}))
for_weight <- lapply(rows(weight = c(3, 28.9, 1e5), d = c(0, 0.31, -4), ratio = c(1, 5, 0.1)), function(x) with(x, {
  # D2ORL is π/√3 times the difference without Hedges' correction.
  variance <- function(n) 3 / pi^2 * escalc("D2ORL", m1i = d, m2i = 0, sd1i = 1, sd2i = 1, n1i = n * ratio / (1 + ratio), n2i = n / (1 + ratio), vtype = "LS")$vi
  c(x, n = exp(root(function(log_n) log(variance(exp(log_n))) + log(weight), log(3), 30)))
}))

# ---- SDs of a change --------------------------------------------------------------------------------------------------

exactly <- function(n, m, s) m + s * as.numeric(scale(rnorm(n)))
pairs <- list(
  sleep = with(sleep, list(extra[group == 1], extra[group == 2])), shoes = with(MASS::shoes, list(A, B)), immer = with(MASS::immer, list(Y1, Y2)),
  two = list(c(1, 5), c(2, 9)), three_tied = list(c(4, 4, 4), c(4, 4, 5)), many = { x <- rnorm(20000); list(x, x + rnorm(20000, 0.01, 0.1)) },
  tiny = list(1e-9 * (1:8), 1e-9 * c(1, 3, 2, 5, 4, 7, 9, 8)), far = list(exactly(40, 0, 1), exactly(40, 50, 1)), opposite = list(1:9 + 0, c(9:2, 1.5)),
  large_mean = list(1e6 + c(1, 2, 4, 3), 1e6 + c(2, 2, 5, 5))
)
for (therapy in levels(MASS::anorexia$Treat)) pairs[[therapy]] <- with(subset(MASS::anorexia, Treat == therapy), list(Prewt, Postwt))
spreads <- lapply(names(pairs), function(name) with(list(x = pairs[[name]][[1]], y = pairs[[name]][[2]]),
  list(name = name, sd_before = sd(x), sd_after = sd(y), correlation = if (sd(x) > 0 && sd(y) > 0) cor(x, y) else NA, sd_change = sd(x - y))))
# Any correlation will do where a measurement does not vary.
spreads <- lapply(spreads, function(row) replace(row, "correlation", if (is.finite(row$correlation)) row$correlation else 0))

# ---- adjusted p-values -----------------------------------------------------------------------------------------------

families <- list(0.04, c(1, 1), c(0, 0, 0), rep(0.01, 7), c(1e-300, 1e-200, 0.5), c(5e-324, 1), c(0.05, 0.05, 0.0500000001), round(runif(100)^2, 2), runif(60)^6,
                 c(0.011, 0.017, 0.115, 0.076, 0.171, 0.286), rev(seq(0.001, 0.999, length.out = 40)))
rules <- c(bonferroni = "bonferroni", holm = "holm", hochberg = "hochberg", benjamini_hochberg = "BH", benjamini_yekutieli = "BY")
adjusted <- lapply(rules, function(rule) lapply(families, function(p) list(p = I(p), adjusted = I(p.adjust(p, rule)))))

# ----------------------------------------------------------------------------------------------------------------------

packages <- c("stats", "pwr", "mvtnorm", "metafor", "metadat", "MASS")
program <- c(list(R = as.character(getRversion())), sapply(packages, function(p) as.character(packageVersion(p)), simplify = FALSE))
calls <- list(
  power = "pwr::pwr.t2n.test; power.t.test(strict); integrate over the chi", detectable_d = "power.t.test(strict, tol 1e-14); uniroot over the integral", smallest_significant_d = "uniroot over pt",
  size_for_means = "uniroot over the power of a z test; power.t.test beside it", size_for_risks = "uniroot over the power of a z test; power.prop.test beside it", information_for = "uniroot over the power of a z test", diversity = "rma(method = EE, DL)",
  spent = "pnorm", boundaries = "Simpson recursion; mvtnorm::pmvnorm(Miwa) beside it", weight_to_move = "uniroot over rma(method = EE)", effects_leaving_doubt = "uniroot over rma(method = EE)",
  participants_for_weight = "uniroot over escalc(D2ORL, vtype = LS)",
  sd_of_change = "sd, cor", multiplicity = "p.adjust"
)
writeLines(json(list(
  program = program, calls = calls,
  power = list(smallest_significant_d = smallest, power = c(t2n, equal, corners), detectable_d = c(balanced, detectable)),
  information = list(size_for_means = size_means, size_for_risks = size_risks, information_for = information, diversity = diversities, spent = spent,
                     boundaries = sequential, critical = critical,
                     weight_to_move = moving, effects_leaving_doubt = doubtful, participants_for_weight = for_weight),
  paired = list(sd_of_change = spreads),
  multiplicity = adjusted
)), output)
