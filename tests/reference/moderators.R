# Writes moderators.json: meta-regression, subgroups, small-study effects and influence as metafor and base R give them.
# Run from anywhere: Rscript tests/reference/moderators.R [OUTPUT]
#
# Every optimiser runs to the last digits. With several maxima of the likelihood metafor may stop in a lower one: the
# regressions take τ² from a search of the score over a fine grid, and metafor does the rest with that τ² given.

suppressPackageStartupMessages({
  library(metafor)
  library(metadat)
})

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
output <- c(commandArgs(TRUE), file.path(here, "moderators.json"))[1]

# 17 significant digits give every double back; JSON has neither NA nor Inf.
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

# ---- studies --------------------------------------------------------------------------------------------------------

complete <- function(d, names) {
  d <- as.data.frame(d)[c("yi", "vi", names)]
  d <- d[stats::complete.cases(d), ]
  d$yi <- as.numeric(d$yi)
  d$vi <- as.numeric(d$vi)
  d
}
bcg <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
# Beside a latitude the year itself costs metafor's QE five digits and more; the year since 1960 costs none.
bcg$since1960 <- bcg$year - 1960
normand <- escalc("SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.normand1999, vtype = "LS")
normand$stay <- normand$m2i
hine <- escalc("OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.hine1989)
hine$size <- hine$n1i + hine$n2i
curtis <- escalc("ROM", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = dat.curtis1998)[1:60, ]

sets <- list(
  bcg_ablat = complete(bcg, "ablat"), bcg_year = complete(bcg, "year"), bcg_both = complete(bcg, c("ablat", "since1960")),
  bcg_alloc = complete(bcg, "alloc"), bcg_all = complete(bcg, c("ablat", "since1960", "alloc")),
  bcg3 = complete(bcg[c(1, 6, 9), ], "ablat"), bcg4 = complete(bcg[c(1, 6, 9, 11), ], c("ablat", "since1960")),
  bangertdrowns2004 = complete(dat.bangertdrowns2004, c("length", "wic", "feedback", "info", "pers", "imag", "meta")),
  bangertdrowns_grade = complete(transform(dat.bangertdrowns2004, grade = paste0("g", grade)), "grade"),
  raudenbush1985 = complete(dat.raudenbush1985, "weeks"), raudenbush_setting = complete(dat.raudenbush1985, c("setting", "tester")),
  konstantopoulos2011 = complete(dat.konstantopoulos2011, "year"), hackshaw1998 = complete(dat.hackshaw1998, c("year", "design")),
  normand1999 = complete(normand, "stay"), hine1989 = complete(hine, "size"), assink2016 = complete(dat.assink2016, c("year", "deltype")),
  knapp2017 = complete(dat.knapp2017, "difficulty"), curtis1998 = complete(curtis, c("method", "time")),
  begg1989 = complete(dat.begg1989, "trt"),
  homogeneous = data.frame(yi = c(0.1, 0.12, 0.2, 0.21, 0.3), vi = c(0.1, 0.2, 0.1, 0.3, 0.2), dose = c(1, 1, 2, 2, 3)),
  exact = data.frame(yi = c(0.25, 0.5, 1, 0.75), vi = c(0.1, 0.2, 0.3, 0.1), dose = c(1, 2, 4, 3)),
  huge = data.frame(yi = c(-40, 3, 55, 120, -90), vi = c(0.01, 2, 0.5, 0.04, 1), dose = c(0.5, 1, 2, 4, 8)),
  two_modes = data.frame(yi = c(-1.6, 1.55, 0.02, 0.01, 6.1, 0.4), vi = c(0.004, 4.1, 0.0006, 2.3, 0.09, 0.05), dose = c(1, 3, 2, 5, 4, 6))
)
models <- c("EE", "DL", "PM", "REML", "ML", "EB", "SJ", "HE", "HS")
ours <- function(model) if (model == "EE") "common" else model
tests <- c(z = "z", t = "t", hk = "knha", "hk-adhoc" = "adhoc")
scale_of <- function(y, v) max(if (length(y) > 1) stats::var(y) else 0, min(v))
tight <- function(y, v) {
  s <- scale_of(y, v)
  list(tau2.max = 1e6 * s, maxiter = 1e5, tol = 1e-15 * s, threshold = 1e-12 * s)
}
quietly <- function(...) suppressWarnings(rma(...))

# ---- the residual variance of highest likelihood ---------------------------------------------------------------------

likelihood <- function(t, y, v, x, restricted) {
  w <- 1 / (v + t)
  information <- crossprod(x, w * x)
  r <- qr.resid(qr(sqrt(w) * x), sqrt(w) * y)
  (sum(log(w)) - sum(r^2) - restricted * as.numeric(determinant(information)$modulus)) / 2
}
score <- function(t, y, v, x, restricted) {
  w <- 1 / (v + t)
  q <- qr.Q(qr(sqrt(w) * x))
  r <- sqrt(w) * y - q %*% crossprod(q, sqrt(w) * y)
  sum(w * r^2) - sum(w * (1 - restricted * rowSums(q^2)))
}
searched <- function(y, v, x, restricted) {
  grid <- c(0, 10^seq(log10(min(v)) - 4, log10(sum((y - mean(y))^2) + max(v)) + 2, length.out = 1500))
  slope <- vapply(grid, score, 0, y = y, v = v, x = x, restricted = restricted)
  turns <- which(slope[-length(slope)] > 0 & slope[-1] <= 0)
  roots <- vapply(turns, function(i) uniroot(score, grid[i + 0:1], y = y, v = v, x = x, restricted = restricted,
                                             tol = grid[i + 1] * 1e-15, maxiter = 10000)$root, 0)
  roots <- c(0, roots)
  roots[which.max(vapply(roots, likelihood, 0, y = y, v = v, x = x, restricted = restricted))]
}

# ---- meta-regression -------------------------------------------------------------------------------------------------

regression <- function(name, d) {
  moderators <- d[setdiff(names(d), c("yi", "vi"))]
  x <- model.matrix(~ ., moderators)
  one <- function(model) {
    found <- function(x) {
      arguments <- list(yi = d$yi, vi = d$vi, method = model, mods = x, intercept = FALSE, control = tight(d$yi, d$vi))
      if (model %in% c("REML", "ML")) arguments$tau2 <- searched(d$yi, d$vi, x, model == "REML")
      arguments
    }
    arguments <- found(x)
    fit <- do.call(quietly, arguments)
    own <- tryCatch(quietly(yi = d$yi, vi = d$vi, mods = x, intercept = FALSE, method = model, control = tight(d$yi, d$vi)),
                    error = function(e) NULL)
    if (is.null(own) || abs(own$tau2 - fit$tau2) > 1e-8 * (fit$tau2 + min(d$vi)))
      message(name, " ", model, ": metafor ", own$tau2, ", search ", fit$tau2)
    if (model == "EE") {
      least <- suppressWarnings(summary(lm(d$yi ~ x[, -1], weights = 1 / d$vi)))
      r2 <- max(0, 100 * least$adj.r.squared)
      limits <- c(NA, NA)
    } else {
      total <- do.call(quietly, found(x[, 1, drop = FALSE]))$tau2
      r2 <- if (total > 0) max(0, 100 * (total - fit$tau2) / total) else 0
      s <- scale_of(d$yi, d$vi)
      profile <- quietly(yi = d$yi, vi = d$vi, mods = x, intercept = FALSE, method = "DL")
      limits <- confint(profile, control = list(tau2.max = 1e8 * s, tol = 1e-15 * s, maxiter = 1e5))$random[1, 2:3]
    }
    if (!is.null(own)) {
      with_r2 <- tryCatch(do.call(quietly, list(yi = d$yi, vi = d$vi, mods = x[, -1, drop = FALSE], method = model, control = tight(d$yi, d$vi))),
                          error = function(e) NULL)
      if (!is.null(with_r2) && abs(with_r2$R2 - r2) > 1e-4) message(name, " ", model, ": metafor R2 ", with_r2$R2, ", here ", r2)
    }
    intervals <- lapply(tests, function(test) {
      f <- do.call(quietly, c(arguments, list(test = test, btt = 2:ncol(x))))
      list(estimate = I(as.numeric(f$beta)), se = I(f$se), statistic = I(as.numeric(f$zval)), p = I(f$pval), ci_lb = I(f$ci.lb), ci_ub = I(f$ci.ub),
           qm = f$QM, qm_df = f$QMdf[1], qm_p = f$QMp)
    })
    list(tau2 = fit$tau2, tau2_ci_lb = unname(limits[1]), tau2_ci_ub = unname(limits[2]), qe = fit$QE, qe_df = fit$k - fit$p, qe_p = fit$QEp,
         i2 = fit$I2, h2 = fit$H2, r2 = r2, ci = intervals)
  }
  result <- lapply(models, one)
  names(result) <- vapply(models, ours, "")
  list(name = name, yi = I(d$yi), vi = I(d$vi), moderators = lapply(as.list(moderators), I), models = result)
}
regressions <- Map(regression, names(sets), sets)

# ---- subgroups -------------------------------------------------------------------------------------------------------

grouped <- function(name, d, by) {
  label <- as.character(d[[by]])
  one <- function(model, test) {
    fits <- lapply(unique(label), function(g) {
      part <- d[label == g, ]
      quietly(yi = part$yi, vi = part$vi, method = model, test = if (nrow(part) > 1) test else "z", control = tight(part$yi, part$vi))
    })
    estimate <- vapply(fits, function(f) as.numeric(f$beta), 0)
    se <- vapply(fits, function(f) f$se, 0)
    between <- rma(estimate, sei = se, mods = ~ factor(seq_along(estimate)), method = "EE")
    list(estimate = I(estimate), se = I(se), tau2 = I(vapply(fits, function(f) f$tau2, 0)), k = I(vapply(fits, function(f) f$k, 0)),
         q_between = between$QM, q_between_df = between$QMdf[1], q_between_p = between$QMp)
  }
  both <- lapply(c(z = "z", hk = "knha"), function(test) {
    result <- lapply(c("EE", "DL", "REML"), one, test = test)
    names(result) <- c("common", "DL", "REML")
    result
  })
  list(name = name, yi = I(d$yi), vi = I(d$vi), group = I(label), names = I(unique(label)), ci = both)
}
groups <- list(
  grouped("bcg_alloc", sets$bcg_alloc, "alloc"), grouped("raudenbush", sets$raudenbush_setting, "setting"),
  grouped("hackshaw1998", sets$hackshaw1998, "design"), grouped("begg1989", sets$begg1989, "trt"),
  grouped("assink2016", sets$assink2016, "deltype"), grouped("bangertdrowns2004", sets$bangertdrowns_grade, "grade"),
  grouped("one_each", transform(sets$bcg3, g = c("a", "b", "c")), "g"),
  grouped("bcg_single", transform(sets$bcg_ablat, g = c("x", rep("y", 12))), "g")
)

# ---- small-study effects ---------------------------------------------------------------------------------------------

funnels <- sets[c("bcg_ablat", "bangertdrowns2004", "raudenbush1985", "konstantopoulos2011", "hackshaw1998", "assink2016", "knapp2017",
                  "curtis1998", "begg1989", "normand1999", "hine1989", "bcg3", "homogeneous", "huge")]
egger <- function(d) {
  lm_test <- regtest(x = d$yi, vi = d$vi, model = "lm", ret.fit = TRUE)
  slope <- coef(summary(lm_test$fit))[2, ]
  shape <- function(b, se, stat, df, p, r) list(bias = b, bias_se = se, statistic = stat, df = df, p = p, limit = r$est, limit_ci_lb = r$ci.lb, limit_ci_ub = r$ci.ub)
  mixed <- lapply(c("DL", "HE", "SJ"), function(model) lapply(c(z = "z", hk = "knha"), function(test) {
    r <- suppressWarnings(regtest(quietly(d$yi, d$vi, method = model, test = test), ret.fit = TRUE))
    f <- r$fit
    shape(f$beta[2], f$se[2], f$zval[2], if (test == "z") NA else f$k - 2, f$pval[2], r)
  }))
  names(mixed) <- c("DL", "HE", "SJ")
  list(classical = shape(slope[[1]], slope[[2]], lm_test$zval, lm_test$ddf, lm_test$pval, lm_test), mixed = mixed)
}
begg <- function(d) {
  r <- suppressWarnings(ranktest(x = d$yi, vi = d$vi))
  list(tau = unname(r$tau), p = unname(r$pval))
}
trimmed <- function(d) {
  # Of equal effects metafor trims the last row first: here the least precise.
  d <- d[order(d$vi), ]
  one <- function(model, side) {
    fit <- quietly(d$yi, d$vi, method = model, control = tight(d$yi, d$vi))
    r <- suppressWarnings(tryCatch(do.call(trimfill, c(list(fit, control = tight(d$yi, d$vi)), if (side != "auto") list(side = side))),
                                   error = function(e) NULL))
    if (is.null(r)) return(NULL)
    list(side = r$side, missing = r$k0, missing_se = r$se.k0, filled_yi = I(as.numeric(r$yi)[r$fill]), filled_vi = I(as.numeric(r$vi)[r$fill]),
         k = r$k, estimate = as.numeric(r$beta), se = r$se, tau2 = r$tau2, q = r$QE, ci_lb = r$ci.lb, ci_ub = r$ci.ub)
  }
  result <- lapply(c("EE", "DL", "REML"), function(model) {
    sides <- lapply(c(auto = "auto", left = "left", right = "right"), one, model = model)
    Filter(Negate(is.null), sides)
  })
  names(result) <- c("common", "DL", "REML")
  result
}
small <- Map(function(name, d) list(name = name, yi = I(d$yi), vi = I(d$vi), egger = egger(d), begg = begg(d), trim_and_fill = trimmed(d)),
             names(funnels), funnels)

# ---- influence -------------------------------------------------------------------------------------------------------

single <- function(r) list(estimate = I(r$estimate), se = I(r$se), p = I(if (is.null(r$pval)) r$pvals else r$pval), ci_lb = I(r$ci.lb), ci_ub = I(r$ci.ub),
                           q = I(r$Q), q_p = I(r$Qp), tau2 = I(if (is.null(r$tau2)) 0 * r$Q else r$tau2), i2 = I(r$I2), h2 = I(r$H2))
case <- function(name, d) {
  one <- function(model) {
    fits <- lapply(c(z = "z", hk = "knha"), function(test) quietly(d$yi, d$vi, method = model, test = test, control = tight(d$yi, d$vi)))
    i <- suppressWarnings(influence(fits$z))
    list(leave_one_out = lapply(fits, function(f) single(suppressWarnings(leave1out(f)))),
         cumulative = lapply(fits, function(f) single(suppressWarnings(cumul(f)))),
         influence = list(rstudent = I(i$inf$rstudent), dffits = I(i$inf$dffits), cook_d = I(i$inf$cook.d), cov_r = I(i$inf$cov.r),
                          tau2_del = I(i$inf$tau2.del), q_del = I(i$inf$QE.del), hat = I(i$inf$hat), weight = I(i$inf$weight),
                          dfbetas = I(i$dfbs$intrcpt), influential = I(unname(i$is.infl))))
  }
  result <- lapply(c("EE", "DL", "REML"), one)
  names(result) <- c("common", "DL", "REML")
  list(name = name, yi = I(d$yi), vi = I(d$vi), models = result)
}
cases <- Map(case, c("bcg_ablat", "hackshaw1998", "raudenbush1985", "normand1999", "hine1989", "bcg3", "homogeneous"),
             sets[c("bcg_ablat", "hackshaw1998", "raudenbush1985", "normand1999", "hine1989", "bcg3", "homogeneous")])

program <- list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")),
                metadat = as.character(packageVersion("metadat")))
writeLines(json(list(program = program, regressions = unname(regressions), subgroups = groups, small_studies = unname(small),
                     influence = unname(cases))), output)
