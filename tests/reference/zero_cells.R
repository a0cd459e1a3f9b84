# Writes zero_cells.json: effects of 2x2 tables by every convention for empty cells, as metafor's escalc and rma give
# them, and the tests of asymmetry for odds ratios of Harbord (metafor's regtest of Peto's effects) and Peters (base R).
# Run from anywhere: Rscript tests/reference/zero_cells.R [OUTPUT]

suppressPackageStartupMessages({
  library(metafor)
  library(metadat)
})

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
output <- c(commandArgs(TRUE), file.path(here, "zero_cells.json"))[1]

# 17 significant digits give every double back; JSON has neither NA nor Inf.
json <- function(x) {
  if (is.list(x)) {
    items <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(items, collapse = ",\n"), "]"))
    return(paste0("{", paste0("\"", names(x), "\": ", items, collapse = ", "), "}"))
  }
  text <- if (is.character(x)) paste0("\"", x, "\"") else ifelse(is.finite(x), sprintf("%.17g", x), "null")
  if (length(x) == 1 && !inherits(x, "AsIs")) text else paste0("[", paste(text, collapse = ", "), "]")
}

# As doubles: the products of four sizes are no integers that R holds.
cells <- function(ai, n1i, ci, n2i) as.data.frame(lapply(data.frame(ai = ai, bi = n1i - ai, ci = ci, di = n2i - ci), as.numeric))
tables <- list(
  corners = cells(c(0, 5, 0, 10, 3, 0, 7), c(5, 5, 10, 10, 20, 8, 30), c(25, 0, 0, 12, 1, 2, 9), c(25, 5, 12, 12, 1, 9, 31)),
  nielweise2007 = with(dat.nielweise2007, cells(ai, n1i, ci, n2i)), hahn2001 = with(dat.hahn2001, cells(ai, n1i, ci, n2i)),
  li2007 = with(dat.li2007, cells(ai, n1i, ci, n2i)), lee2004 = with(dat.lee2004, cells(ai, n1i, ci, n2i)),
  bcg = with(dat.bcg, cells(tpos, tpos + tneg, cpos, cpos + cneg))
)

one <- function(name, measure, to, add, drop) {
  d <- tables[[name]]
  es <- suppressWarnings(escalc(measure, ai = ai, bi = bi, ci = ci, di = di, data = d, to = c(none = "none", only = "only0", all = "all")[[to]],
                                add = add, drop00 = drop))
  y <- as.numeric(es$yi)
  v <- as.numeric(es$vi)
  kept <- is.finite(y) & is.finite(v) & v > 0
  pooled <- if (any(kept)) lapply(c(common = "EE", DL = "DL"), function(model) {
    f <- rma(y[kept], v[kept], method = model)
    list(k = f$k, estimate = as.numeric(f$beta), se = f$se, q = f$QE)
  }) else list()
  list(name = name, measure = measure, to = to, add = add, double = if (drop) "drop" else "keep",
       yi = I(ifelse(is.finite(y), y, NA)), vi = I(ifelse(is.finite(v), v, NA)), pooled = pooled)
}
grid <- expand.grid(name = names(tables), measure = c("OR", "RR", "RD"), to = c("none", "only", "all"), add = c(0.5, 0.1), drop = c(TRUE, FALSE),
                    stringsAsFactors = FALSE)
grid <- grid[grid$to != "none" | grid$add == 0.5, ]
effects <- do.call(Map, c(list(one), as.list(grid)))

shape <- function(fit) {
  rows <- coef(summary(fit))
  limits <- confint(fit)[1, ]
  list(bias = rows[2, 1], bias_se = rows[2, 2], statistic = rows[2, 3], df = fit$df.residual, p = rows[2, 4],
       limit = rows[1, 1], limit_ci_lb = limits[[1]], limit_ci_ub = limits[[2]])
}
asymmetry <- lapply(c("bcg", "hahn2001", "lee2004", "nielweise2007"), function(name) {
  d <- tables[[name]]
  d <- d[d$ai + d$ci > 0 & d$bi + d$di > 0, ]
  peto <- escalc("PETO", ai = ai, bi = bi, ci = ci, di = di, data = d, to = "none")
  harbord <- regtest(x = as.numeric(peto$yi), vi = as.numeric(peto$vi), model = "lm", ret.fit = TRUE)$fit
  # By the definition of Harbord 2006 too: Z/sqrt(V) on sqrt(V), whose intercept is the bias.
  n <- with(d, ai + bi + ci + di)
  z <- with(d, ai - (ai + ci) * (ai + bi) / n)
  info <- with(d, (ai + bi) * (ci + di) * (ai + ci) * (bi + di) / (n^2 * (n - 1)))
  direct <- coef(summary(lm(z / sqrt(info) ~ sqrt(info))))[1, ]
  stopifnot(abs(direct[[1]] - coef(harbord)[2]) < 1e-10)
  odds <- escalc("OR", ai = ai, bi = bi, ci = ci, di = di, data = d, to = "only0")
  peters <- lm(as.numeric(odds$yi) ~ I(1 / n), weights = 1 / (1 / (d$ai + d$ci) + 1 / (d$bi + d$di)))
  list(name = name, harbord = shape(harbord), peters = shape(peters))
})

program <- list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")),
                metadat = as.character(packageVersion("metadat")))
data <- lapply(tables, function(d) lapply(as.list(d), I))
writeLines(json(list(program = program, data = data, effects = unname(effects), asymmetry = asymmetry)), output)
