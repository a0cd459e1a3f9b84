# Writes pooling.json: effect sizes, pooled results and posteriors as metafor and base R compute them.
# Run from anywhere: Rscript tests/reference/pooling.R [OUTPUT]
#
# Every optimiser runs to the last digits; the likelihoods are searched by `optimize` over many starts as well, and the
# better of the two counts. RD and PETO have nothing added to empty cells (to = "none"); double zeros leave OR, RR and
# PETO (drop00). PS, on the log win odds, and the Bayesian model are base R: symbolic derivatives and nested `integrate`.

suppressPackageStartupMessages({
  library(metafor)
  library(metadat)
})

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
output <- c(commandArgs(TRUE), file.path(here, "pooling.json"))[1]

# 17 significant digits give every double back; JSON has no NA, and reads an infinite number as 1e999.
json <- function(x) {
  if (is.list(x)) {
    items <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(items, collapse = ",\n"), "]"))
    return(paste0("{", paste0("\"", names(x), "\": ", items, collapse = ", "), "}"))
  }
  text <- if (is.character(x)) paste0("\"", x, "\"") else ifelse(is.na(x), "null", ifelse(is.finite(x), sprintf("%.17g", x), paste0(sprintf("%.0f", sign(x)), "e999")))
  if (length(x) == 1 && !inherits(x, "AsIs")) text else paste0("[", paste(text, collapse = ", "), "]")
}

# ---- studies --------------------------------------------------------------------------------------------------------

counts <- function(d, ai = "ai", n1i = "n1i", ci = "ci", n2i = "n2i")
  data.frame(ai = d[[ai]], n1i = d[[n1i]], ci = d[[ci]], n2i = d[[n2i]])
means <- function(d) d[c("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")]
bcg <- with(dat.bcg, data.frame(ai = tpos, n1i = tpos + tneg, ci = cpos, n2i = cpos + cneg))
colditz <- with(dat.vanhowe1999, data.frame(ai = non.pos, n1i = non.pos + non.neg, ci = cir.pos, n2i = cir.pos + cir.neg))
ibs <- counts(dat.dorn2007, "x.a", "n.a", "x.p", "n.p")
hcq <- counts(dat.axfors2021, "hcq_arm_event", "hcq_arm_total", "control_arm_event", "control_arm_total")
hcq <- hcq[stats::complete.cases(hcq), ]

tables <- list(
  bcg = bcg, bcg2 = bcg[1:2, ], bcg3 = bcg[c(1, 6, 9), ], bcg1 = bcg[4, ],
  hine1989 = counts(dat.hine1989), nielweise2007 = counts(dat.nielweise2007), lee2004 = counts(dat.lee2004),
  li2007 = counts(dat.li2007), hahn2001 = counts(dat.hahn2001), laopaiboon2015 = counts(dat.laopaiboon2015),
  lau1992 = counts(dat.lau1992), vanhowe1999 = colditz, dorn2007 = ibs, axfors2021 = hcq,
  damico2009 = counts(dat.damico2009, "xt", "nt", "xc", "nc"),
  corners = data.frame(ai = c(0, 5, 0, 10, 3, 0), n1i = c(5, 5, 10, 10, 20, 8), ci = c(25, 0, 0, 12, 1, 2), n2i = c(25, 5, 12, 12, 1, 9))
)
groups <- list(
  normand1999 = means(dat.normand1999), normand2 = means(dat.normand1999)[1:2, ], normand3 = means(dat.normand1999)[3:5, ],
  gibson2002 = means(dat.gibson2002)[stats::complete.cases(means(dat.gibson2002)), ], curtis1998 = means(dat.curtis1998),
  small = data.frame(m1i = c(3, -2, 1.5), sd1i = c(1, 2, 0.5), n1i = c(2, 3, 2), m2i = c(2, -1, 1.4), sd2i = c(2, 1, 0.5), n2i = c(2, 2, 3))
)
lone <- data.frame(
  pi = c(0.018, 0.011, 0.076, 0.732, 0.5, 1e-4, 0.95), n1i = c(20, 5, 5, 39, 12, 40, 150), n2i = c(20, 25, 25, 15, 10, 38, 300),
  direction = c(-1, 1, 1, -1, 1, 1, -1))
given <- list(
  hackshaw1998 = dat.hackshaw1998[c("yi", "vi")], konstantopoulos2011 = dat.konstantopoulos2011[c("yi", "vi")],
  raudenbush1985 = dat.raudenbush1985[c("yi", "vi")], begg1989 = dat.begg1989[c("yi", "vi")],
  bangertdrowns2004 = dat.bangertdrowns2004[c("yi", "vi")], assink2016 = dat.assink2016[c("yi", "vi")],
  knapp2017 = dat.knapp2017[c("yi", "vi")], riley2003 = na.omit(dat.riley2003[c("yi", "vi")])[1:40, ],
  agreeing = data.frame(yi = c(0.30, 0.35), vi = c(0.10, 0.12)), apart = data.frame(yi = c(0.1, 0.9), vi = c(0.05, 0.07)),
  identical = data.frame(yi = c(0.3, 0.3, 0.3), vi = c(0.1, 0.2, 0.3)), single = data.frame(yi = 0.4, vi = 0.1),
  huge = data.frame(yi = c(-40, 3, 55, 120, -90), vi = c(0.01, 2, 0.5, 0.04, 1)),
  precise = data.frame(yi = c(0, 0.001), vi = c(1e-7, 2e-7)), agreed = data.frame(yi = c(0.01, 0.0102, 0.0099), vi = c(1e-8, 1e-8, 2e-8)),
  tiny = data.frame(yi = c(1e-5, 3e-5, -2e-5, 9e-5), vi = c(1e-10, 4e-10, 2e-10, 1e-9)),
  # The restricted likelihood has a maximum at 0 or near it and a higher one far off, or the reverse.
  far_maximum = data.frame(yi = c(0.04, -0.4, 2.83, 0.07), vi = c(0.003, 5.246, 0.284, 0.004)),
  two_maxima = data.frame(yi = c(0.37, 10.79, -0.88, 0.24, -0.01, 0.22), vi = c(5.51, 5.134, 3.44, 0.004, 0.019, 5.151)),
  lower_maximum = data.frame(yi = c(1.03, -0.14, -0.27, -0.77, -7.68), vi = c(1.365, 0.003, 0.137, 0.041, 4.475)),
  near_maximum = data.frame(yi = c(-4.12, 0.59, 0.56, -0.06, 5.84), vi = c(3.38, 0.003, 0.003, 4.026, 2.248)),
  zero_or_not = data.frame(yi = c(0, 0.001, 2.2, -0.002), vi = c(1e-5, 2e-5, 0.9, 1e-5))
)

# ---- effect sizes ---------------------------------------------------------------------------------------------------

ps_formula <- deriv(~ log(pnorm((m1 - m2) / sqrt(v1 + v2)) / pnorm((m2 - m1) / sqrt(v1 + v2))), c("m1", "m2", "v1", "v2"))
ps_of_means <- function(d) with(d, {
  value <- eval(ps_formula, list(m1 = m1i, m2 = m2i, v1 = sd1i^2, v2 = sd2i^2))
  spread <- cbind(sd1i^2 / n1i, sd2i^2 / n2i, 2 * sd1i^4 / (n1i - 1), 2 * sd2i^4 / (n2i - 1))
  data.frame(yi = as.numeric(value), vi = rowSums(attr(value, "gradient")^2 * spread))
})
ps_of_p <- function(d) with(d, {
  ps <- 0.5 + direction * qnorm(pi / 2, lower.tail = FALSE) * sqrt((n1i + n2i + 1) / (12 * n1i * n2i))
  m <- (n1i + n2i) / 2 - 1
  v <- ps * (1 - ps) * (1 + m * (1 - ps) / (2 - ps) + m * ps / (1 + ps)) / (n1i * n2i)
  data.frame(yi = qlogis(ps), vi = v / dlogis(qlogis(ps))^2)
})
smd_of_p <- function(d) with(d, {
  d0 <- direction * qt(pi / 2, n1i + n2i - 2, lower.tail = FALSE) * sqrt(1 / n1i + 1 / n2i)
  one <- rep(1, length(d0))
  es <- escalc("SMD", m1i = d0, m2i = 0 * d0, sd1i = one, sd2i = one, n1i = n1i, n2i = n2i, vtype = "LS")
  data.frame(yi = as.numeric(es$yi), vi = as.numeric(es$vi))
})
plain <- function(es) data.frame(yi = as.numeric(es$yi), vi = as.numeric(es$vi))
of_counts <- function(measure, d) {
  none <- measure %in% c("RD", "PETO")
  plain(suppressWarnings(escalc(measure, ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = d,
                                to = if (none) "none" else "only0", drop00 = measure != "RD")))
}
of_means <- function(measure, d) plain(suppressWarnings(
  escalc(measure, m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = d, vtype = "LS")))

effects <- list()
add_effect <- function(name, measure, d, es)
  effects[[length(effects) + 1]] <<- list(name = name, measure = measure, columns = I(names(d)), yi = I(es$yi),
                                          vi = I(ifelse(is.finite(es$vi), es$vi, NA)))
for (name in names(tables)) for (measure in c("OR", "RR", "RD", "PETO"))
  add_effect(name, measure, tables[[name]], of_counts(measure, tables[[name]]))
for (name in names(groups)) for (measure in c("MD", "SMD", "ROM"))
  add_effect(name, measure, groups[[name]], of_means(measure, groups[[name]]))
for (name in names(groups)) add_effect(name, "PS", groups[[name]], ps_of_means(groups[[name]]))
add_effect("lone_p", "SMD", lone, smd_of_p(lone))
add_effect("lone_p", "PS", lone, ps_of_p(lone))
for (name in names(given)) add_effect(name, "GEN", given[[name]], given[[name]])

# ---- inverse variance -----------------------------------------------------------------------------------------------

models <- c("EE", "DL", "PM", "REML", "ML", "EB", "SJ", "HE", "HS")
tests <- c(z = "z", t = "t", hk = "knha", "hk-adhoc" = "adhoc")

log_likelihood <- function(t, y, v, restricted) {
  w <- 1 / (v + t)
  (sum(log(w)) - sum(w * (y - sum(w * y) / sum(w))^2) - restricted * log(sum(w))) / 2
}
# The derivative, for `uniroot`: `optimize` alone finds a maximum to eight digits only.
score <- function(t, y, v, restricted) {
  w <- 1 / (v + t)
  sum((w * (y - sum(w * y) / sum(w)))^2) - sum(w) + restricted * sum(w^2) / sum(w)
}
searched <- function(y, v, restricted) {
  grid <- c(0, 10^seq(log10(min(v)) - 6, log10(diff(range(y))^2 + min(v)) + 1, length.out = 4000))
  slope <- vapply(grid, score, 0, y = y, v = v, restricted = restricted)
  turns <- which(slope[-length(slope)] > 0 & slope[-1] <= 0)
  roots <- vapply(turns, function(i) uniroot(score, grid[i + 0:1], y = y, v = v, restricted = restricted,
                                             tol = grid[i + 1] * 1e-15, maxiter = 10000)$root, 0)
  roots <- c(0, roots)
  heights <- vapply(roots, log_likelihood, 0, y = y, v = v, restricted = restricted)
  list(tau2 = roots[which.max(heights)], modes = length(turns) + (slope[1] <= 0))
}

fitted <- function(y, v, model, test, level = 95) {
  scale <- max(stats::var(y), min(v), na.rm = TRUE)
  control <- list(tau2.max = 1e6 * scale, maxiter = 1e5, tol = 1e-15 * scale, threshold = 1e-14 * scale)
  arguments <- list(yi = y, vi = v, method = model, test = test, level = level, control = control)
  if (model %in% c("REML", "ML") && length(y) > 1) {
    best <- searched(y, v, model == "REML")$tau2
    # The fit at the best maximum; metafor counts a given tau2 as known, which changes nothing asked for here.
    arguments$tau2 <- best
  }
  suppressWarnings(do.call(rma, arguments))
}
# metafor's own Fisher scoring must agree with the search wherever it does not stop in a lower maximum.
check_search <- function(name, y, v) for (model in c("REML", "ML")) if (length(y) > 1) {
  scale <- max(stats::var(y), min(v))
  own <- tryCatch(suppressWarnings(rma(y, v, method = model, control = list(threshold = 1e-12 * scale, maxiter = 1e5)))$tau2,
                  error = function(e) NA)
  found <- searched(y, v, model == "REML")
  if (is.na(own) || abs(own - found$tau2) > 1e-6 * (found$tau2 + min(v)))
    message(name, " ", model, ", stopped elsewhere", ": metafor ", own, ", search ", found$tau2, ", maxima ", found$modes)
}
profile_ci <- function(y, v, level = 95) {
  if (length(y) < 2) return(c(NA, NA))
  scale <- max(stats::var(y), min(v))
  fit <- rma(y, v, method = "DL", level = level)
  confint(fit, control = list(tau2.max = 1e8 * scale, tol = 1e-15 * scale, maxiter = 1e5))$random[1, 2:3]
}
# One row per interval, in this order; k1 is the prediction interval on k − 1 degrees of freedom.
interval_columns <- c("se", "statistic", "p", "ci_lb", "ci_ub", "pi_lb", "pi_ub", "pi_lb_k1", "pi_ub_k1")
pooled <- function(y, v, level = 95) {
  one <- function(model) {
    intervals <- lapply(tests, function(test) {
      f <- fitted(y, v, model, test, level)
      df <- c(length(y) - 2, length(y) - 1)
      half <- ifelse(df > 0, qt((1 - level / 100) / 2, pmax(df, 1), lower.tail = FALSE), NA) * sqrt(f$tau2 + f$se^2)
      if (model == "EE") half <- c(NA, NA)
      b <- as.numeric(f$beta)
      I(c(f$se, f$zval, f$pval, f$ci.lb, f$ci.ub, b - half[1], b + half[1], b - half[2], b + half[2]))
    })
    fit <- fitted(y, v, model, "z", level)
    list(estimate = as.numeric(fit$beta), tau2 = fit$tau2, i2 = fit$I2, h2 = fit$H2, largest_weight = max(weights(fit)),
         ci = intervals)
  }
  common <- fitted(y, v, "EE", "z", level)
  limits <- profile_ci(y, v, level)
  result <- lapply(models, one)
  names(result) <- c("common", models[-1])
  list(q = common$QE, q_p = common$QEp, i2_q = common$I2, h2_q = common$H2, tau2_ci_lb = unname(limits[1]),
       tau2_ci_ub = unname(limits[2]), models = result)
}
# metafor's predict has the same limits under pi.type = "riley" wherever k is 3 or more.
check_prediction <- function(y, v) {
  f <- rma(y, v, method = "DL")
  p <- predict(f, pi.type = "riley")
  half <- qt(0.975, length(y) - 2) * sqrt(f$tau2 + f$se^2)
  stopifnot(abs(p$pi.lb - (as.numeric(f$beta) - half)) < 1e-12 * (1 + abs(p$pi.lb)))
}

chosen <- function(e) {
  keep <- is.finite(e$yi) & is.finite(e$vi) & e$vi > 0
  list(name = e$name, measure = e$measure, yi = e$yi[keep], vi = e$vi[keep])
}
sets <- Filter(function(s) length(s$yi) > 0, lapply(effects, chosen))
# Every data set under one measure or more, every measure over several; the whole product would be megabytes.
rotation <- c("OR", "RR", "RD", "PETO", "MD", "SMD", "ROM", "PS")
everywhere <- c("bcg", "bcg2", "normand1999")
turn <- function(name) c(rotation[1 + (match(name, names(tables)) - 1) %% 4], rotation[5 + (match(name, names(groups)) - 1) %% 4])
pooled_sets <- Filter(function(s) s$measure == "GEN" || s$name %in% c(everywhere, "lone_p") || s$measure %in% turn(s$name), sets)
one_pool <- function(s, level)
  c(list(name = s$name, measure = s$measure, level = level / 100, yi = I(s$yi), vi = I(s$vi)), pooled(s$yi, s$vi, level))
pools <- lapply(pooled_sets, function(s) {
  check_search(paste(s$name, s$measure), s$yi, s$vi)
  if (length(s$yi) > 2) check_prediction(s$yi, s$vi)
  one_pool(s, 95)
})
few <- Filter(function(s) s$measure == "RR" && s$name %in% c("bcg", "bcg2"), sets)
other_levels <- unlist(lapply(c(80, 99), function(level) lapply(few, one_pool, level)), recursive = FALSE)

# ---- Mantel-Haenszel and Peto ---------------------------------------------------------------------------------------

exact <- list()
add_exact <- function(name, measure, d, f, k) {
  exact[[length(exact) + 1]] <<- list(
    name = name, measure = measure, k = k, q_df = max(0, f$k.used - 1), estimate = as.numeric(f$beta),
    se = f$se, statistic = f$zval, p = f$pval, ci_lb = f$ci.lb, ci_ub = f$ci.ub, q = f$QE, q_p = f$QEp, i2 = f$I2, h2 = f$H2)
}
for (name in names(tables)) {
  d <- as.list(with(tables[[name]], data.frame(ai = ai, bi = n1i - ai, ci = ci, di = n2i - ci)))
  informative <- with(d, ai + ci > 0 & bi + di > 0)
  for (measure in c("OR", "RR", "RD")) {
    f <- suppressWarnings(do.call(rma.mh, c(d, list(measure = measure, correct = FALSE, to = if (measure == "RD") "none" else "only0"))))
    usable <- is.finite(f$yi) & is.finite(f$vi) & f$vi > 0
    f$k.used <- sum(usable)
    if (any(!usable)) {
      # metafor's Q is not finite with a variance of 0: such a study is left out of Q.
      f$QE <- sum((f$yi - as.numeric(f$beta))[usable]^2 / f$vi[usable])
      f$QEp <- pchisq(f$QE, f$k.used - 1, lower.tail = FALSE)
      f$I2 <- max(0, 100 * (f$QE - (f$k.used - 1)) / f$QE)
      f$H2 <- f$QE / (f$k.used - 1)
    }
    add_exact(name, measure, d, f, switch(measure, RD = length(d$ai), RR = sum(d$ai + d$ci > 0), sum(informative)))
  }
  f <- suppressWarnings(do.call(rma.peto, d))
  f$k.used <- sum(informative)
  add_exact(name, "PETO", d, f, sum(informative))
}

# ---- Bayes ----------------------------------------------------------------------------------------------------------

posterior <- function(y, v, scale) {
  raw <- function(t) vapply(t, function(x) log_likelihood(x^2, y, v, TRUE) - (x / scale)^2 / 2, 0)
  far <- diff(range(y)) + 12 * scale
  # Pieces of equal ratio: precise studies have their peak at the smallest standard error, and a tail up to the prior.
  inside <- c(0, exp(seq(log(1e-4 * sqrt(min(v))), log(far), length.out = 8001)))
  heights <- raw(inside)
  peak <- max(heights)
  held <- range(which(heights > peak - 45))
  held <- c(max(1, held[1] - 1), min(length(inside), held[2] + 1))
  near <- inside[held]
  cuts <- inside[unique(round(seq(held[1], held[2], length.out = 41)))]
  over <- function(f, upto = Inf) {
    if (upto <= min(cuts)) return(0)
    ends <- c(cuts[cuts < upto], min(upto, max(cuts)))
    sum(mapply(function(a, b) if (b > a) integrate(f, a, b, rel.tol = 1e-12, abs.tol = 0, subdivisions = 2000L,
                                                   stop.on.error = FALSE)$value else 0, head(ends, -1), tail(ends, -1)))
  }
  mass <- over(function(t) exp(raw(t) - peak))
  density_of <- function(t) exp(raw(t) - peak) / mass
  mean_at <- function(t) vapply(t, function(x) sum(y / (v + x^2)) / sum(1 / (v + x^2)), 0)
  sd_at <- function(t, new) sqrt(vapply(t, function(x) 1 / sum(1 / (v + x^2)), 0) + new * t^2)
  quantiles <- function(cdf, low, high) {
    q <- vapply(c(0.5, 0.025, 0.975), function(p) uniroot(function(x) cdf(x) - p, c(low, high), tol = 1e-11)$root, 0)
    list(median = q[1], ci_lb = q[2], ci_ub = q[3])
  }
  moments <- function(first, second) list(mean = first, sd = sqrt(second - first^2))
  normal <- function(new) {
    cdf <- function(x) over(function(t) density_of(t) * pnorm((x - mean_at(t)) / sd_at(t, new)))
    first <- over(function(t) density_of(t) * mean_at(t))
    reach <- 40 * (max(sqrt(v)) + max(near))
    c(quantiles(cdf, min(y) - reach, max(y) + reach),
      list(mean = first, sd = sqrt(over(function(t) density_of(t) * (sd_at(t, new)^2 + (mean_at(t) - first)^2)))))
  }
  tau_mean <- over(function(t) density_of(t) * t)
  tau <- c(quantiles(function(x) over(density_of, x), min(cuts), max(cuts)),
           list(mean = tau_mean, sd = sqrt(over(function(t) density_of(t) * (t - tau_mean)^2))))
  list(mu = normal(FALSE), new = normal(TRUE), tau = tau)
}
wanted <- function(s) paste(s$name, s$measure) %in% c(
  "bcg RR", "bcg2 RR", "bcg3 OR", "bcg1 OR", "agreeing GEN", "apart GEN", "identical GEN", "single GEN", "hine1989 OR",
  "normand1999 SMD", "hackshaw1998 GEN", "knapp2017 GEN", "lone_p SMD", "nielweise2007 PETO", "huge GEN", "precise GEN", "agreed GEN")
bayes <- unlist(lapply(Filter(wanted, sets), function(s) lapply(c(0.5, 1), function(scale)
  c(list(name = s$name, measure = s$measure, scale = scale, yi = I(s$yi), vi = I(s$vi)), posterior(s$yi, s$vi, scale)))),
  recursive = FALSE)

program <- list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")),
                metadat = as.character(packageVersion("metadat")))
as_columns <- function(d) lapply(as.list(d), I)
data <- c(lapply(tables, as_columns), lapply(groups, as_columns), list(lone_p = as_columns(lone)), lapply(given, as_columns))
writeLines(json(list(program = program, data = data, effects = effects, interval_columns = I(interval_columns), pools = c(pools, other_levels), exact = exact, bayes = bayes)), output)
