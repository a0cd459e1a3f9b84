# Writes quantile_estimation.json: the distribution nearest to printed quantiles, its mean and SD.
# Run from anywhere: Rscript tests/reference/quantile_estimation.R [OUTPUT]
#
# The least sum of squares of McGrath 2020 by optim (Nelder-Mead, restarted until it stands still) over both parameters of
# each distribution, with R's own quantile functions.

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
output <- c(commandArgs(TRUE), file.path(here, "quantile_estimation.json"))[1]

families <- list(
  normal = list(q = function(p, t) qnorm(p, t[1], exp(t[2])), start = function(q) c(median(q), log(diff(range(q)) / 2)),
                moments = function(t) c(t[1], exp(t[2]))),
  "log-normal" = list(q = function(p, t) qlnorm(p, t[1], exp(t[2])), start = function(q) c(log(median(q)), -0.5),
                      moments = function(t) { v <- exp(t[2])^2; m <- exp(t[1] + v / 2); c(m, m * sqrt(expm1(v))) }),
  gamma = list(q = function(p, t) qgamma(p, exp(t[1]), exp(t[2])), start = function(q) c(0.5, 0.5 - log(median(q))),
               moments = function(t) c(exp(t[1] - t[2]), exp(t[1] / 2 - t[2]))),
  Weibull = list(q = function(p, t) qweibull(p, exp(t[1]), exp(t[2])), start = function(q) c(0.5, log(median(q))),
                 moments = function(t) exp(t[2]) * c(gamma(1 + exp(-t[1])), sqrt(gamma(1 + 2 * exp(-t[1])) - gamma(1 + exp(-t[1]))^2)))
)

fit <- function(family, p, q) {
  distance <- function(t) { d <- sum((q - suppressWarnings(family$q(p, t)))^2); if (is.finite(d)) d else 1e300 }
  at <- family$start(q); last <- Inf
  for (i in 1:50) {
    found <- optim(at, distance, control = list(reltol = 1e-15, maxit = 1e5))
    at <- found$par
    if (found$value >= last * (1 - 1e-13)) break
    last <- found$value
  }
  c(found$value, family$moments(at))
}

shapes <- list(c(0.5, 2, 4, 9, 31), c(2, 5, 6, 8, 14), c(1, 10, 20, 60, 300), c(0.1, 0.4, 0.5, 0.7, 0.9), c(12, 14, 17, 21, 24),
               c(-30, -12, -11, -9, -1), c(40, 55, 70, 76, 80))
entries <- list()
for (x in shapes) for (n in c(12, 40, 400)) for (kind in c("quartiles", "extremes", "both")) {
  kept <- switch(kind, quartiles = 2:4, extremes = c(1, 3, 5), both = 1:5)
  p <- c(1 / n, .25, .5, .75, 1 - 1 / n)[kept]
  q <- x[kept]
  known <- if (min(q) < 0) families["normal"] else families
  fits <- sapply(known, fit, p = p, q = q)
  best <- colnames(fits)[which.min(fits[1, ])]
  cells <- ifelse(1:5 %in% kept, sprintf("%.17g", x), "null")
  entries <- c(entries, sprintf('{"n": %d, "minimum": %s, "q1": %s, "median": %s, "q3": %s, "maximum": %s, "family": "%s", "mean": %.17g, "sd": %.17g, "distance": %.17g}',
                                n, cells[1], cells[2], cells[3], cells[4], cells[5], best, fits[2, best], fits[3, best], fits[1, best]))
}
writeLines(c(sprintf('{"program": {"R": "%s"}, "call": "optim over qnorm, qlnorm, qgamma, qweibull",\n"fits": [', as.character(getRversion())),
             paste(entries, collapse = ",\n"), "]}"), output)
