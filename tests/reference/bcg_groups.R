# Writes bcg_groups.json: the BCG trials in groups, regressed and one by one, as metafor gives them.
# Run from anywhere: Rscript tests/reference/bcg_groups.R [OUTPUT]

suppressPackageStartupMessages({
  library(metafor)
  library(metadat)
})
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
output <- c(commandArgs(TRUE), file.path(here, "bcg_groups.json"))[1]

numbers <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ", "), "]")
bcg <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
bcg$design <- ifelse(bcg$alloc == "random", "randomised", "non-randomised")
tight <- list(threshold = 1e-12, maxiter = 1e5, tau2.max = 1e3, tol = 1e-14)
model <- function(...) rma(yi, vi, method = "REML", control = tight, ...)

groups <- c("non-randomised", "randomised")
fits <- lapply(groups, function(group) model(data = bcg[bcg$design == group, ]))
estimate <- vapply(fits, function(f) as.numeric(f$beta), 0)
se <- vapply(fits, function(f) f$se, 0)
between <- rma(estimate, sei = se, mods = ~ factor(groups), method = "EE")
year <- model(mods = ~ year, data = bcg)
design <- model(mods = ~ factor(design, levels = groups), data = bcg)
in_order <- order(bcg$year)
cumulated <- cumul(model(data = bcg), order = bcg$year)
left <- leave1out(model(data = bcg))

parts <- c(
  program = sprintf('{"R": "%s", "metafor": "%s", "metadat": "%s"}', getRversion(), packageVersion("metafor"), packageVersion("metadat")),
  estimate = numbers(estimate), se = numbers(se), tau2 = numbers(vapply(fits, function(f) f$tau2, 0)),
  between = numbers(c(between$QM, between$QMdf[1], between$QMp)),
  year = numbers(year$beta), year_se = numbers(year$se), year_qm = numbers(c(year$QM, year$QMdf[1], year$QMp, year$tau2)),
  design = numbers(design$beta), design_qm = numbers(c(design$QM, design$QMdf[1], design$QMp, design$tau2)),
  cumulative = numbers(cumulated$estimate), cumulative_ub = numbers(cumulated$ci.ub),
  order = paste0("[", paste0('"', bcg$year[in_order], '"', collapse = ", "), "]"),
  left_out = numbers(left$estimate)
)
writeLines(paste0("{", paste0('"', names(parts), '": ', parts, collapse = ",\n"), "}"), output)
