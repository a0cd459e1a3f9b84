# Writes tests.json: p-values, effects and tail areas as R computes them, with inputs and versions.
# Run from anywhere: Rscript tests/reference/tests.R [OUTPUT]

suppressPackageStartupMessages({
  library(jsonlite)
  library(metafor)
  library(coin)
  library(exactRankTests)
})

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
output <- c(commandArgs(TRUE), file.path(here, "tests.json"))[1]
rows <- function(table, f) lapply(seq_len(nrow(table)), function(i) f(as.list(table[i, ])))

# ---- two-by-two tables --------------------------------------------------------------------------

counts <- rbind(
  expand.grid(a = c(0, 1, 3, 5), n1 = 5, c = c(0, 1, 4, 12, 25), n2 = 25),
  expand.grid(a = c(0, 2, 7, 14), n1 = 14, c = c(0, 2, 7, 14), n2 = 14),
  expand.grid(a = c(0, 6, 13, 26, 39), n1 = 39, c = c(0, 4, 9, 15), n2 = 15),
  data.frame(
    a  = c(0, 1, 0, 1,  1, 12, 79,   1, 49, 12, 24, 300, 4, 52, 400,  0, 10),
    n1 = c(1, 1, 1, 1, 10, 30, 106, 100, 100, 104, 65, 1000, 5, 104, 2000, 30, 20),
    c  = c(0, 0, 1, 1,  0, 21, 82,   9, 32, 10, 5, 260, 6, 31, 300, 10, 8),
    n2 = c(1, 1, 1, 1,  1, 31, 99, 100, 100, 102, 61, 1000, 25, 102, 1500, 30, 200)
  )
)

# Half of the tables exactly as probable as the observed one (Lancaster 1961).
mid_p <- function(a, n1, c, n2) {
  d <- dhyper(max(0, a + c - n2):min(n1, a + c), n1, n2, a + c)
  observed <- dhyper(a, n1, n2, a + c)
  tied <- abs(d / observed - 1) <= 1e-7
  sum(d[!tied & d < observed]) + sum(d[tied]) / 2
}

likelihood_ratio <- function(tab) {
  expected <- outer(rowSums(tab), colSums(tab)) / sum(tab)
  terms <- ifelse(tab == 0, 0, tab * log(tab / expected))
  if (any(rowSums(tab) == 0, colSums(tab) == 0)) return(NA)
  pchisq(2 * sum(terms), 1, lower.tail = FALSE)
}

effect <- function(measure, a, n1, c, n2) {
  es <- summary(escalc(measure, ai = a, n1i = n1, ci = c, n2i = n2,
                       to = if (measure == "RD") "none" else "only0"))
  back <- if (measure == "RD") identity else exp
  c(back(as.numeric(es$yi)), back(es$ci.lb), back(es$ci.ub))
}

two_by_two <- rows(counts, function(x) with(x, {
  tab <- matrix(c(a, n1 - a, c, n2 - c), 2, byrow = TRUE)
  pearson <- suppressWarnings(chisq.test(tab, correct = FALSE))
  N <- n1 + n2
  prop <- suppressWarnings(prop.test(c(a, c), c(n1, n2), correct = FALSE)$p.value)
  variance <- a * (n1 - a) / n1^3 + c * (n2 - c) / n2^3
  wald <- if (variance > 0) 2 * pnorm(-abs(a / n1 - c / n2) / sqrt(variance)) else NA
  list(
    table = c(a, n1, c, n2),
    p = list(
      "Fisher exact" = min(1, fisher.test(tab)$p.value), "mid-p" = mid_p(a, n1, c, n2),
      "Pearson" = pearson$p.value, "prop.test" = prop,
      "Yates" = suppressWarnings(chisq.test(tab, correct = TRUE)$p.value),
      "N−1" = pchisq(unname(pearson$statistic) * (N - 1) / N, 1, lower.tail = FALSE),
      "likelihood ratio" = likelihood_ratio(tab), "Wald (risk difference)" = wald
    ),
    effects = list(RR = effect("RR", a, n1, c, n2), OR = effect("OR", a, n1, c, n2),
                   RD = effect("RD", a, n1, c, n2))
  )
}))

# ---- means --------------------------------------------------------------------------------------

means <- rbind(
  expand.grid(m1 = c(0, 2.5, 14.8), sd1 = c(0.9, 23.8), n1 = c(5, 39), m2 = 2.5, sd2 = c(1.1, 13), n2 = c(15, 25)),
  data.frame(
    m1  = c(15.0, 10.30, -1.2, 14.8, 1, 3, 7, 0.001, 100, 5),
    sd1 = c(sqrt(87.5), 3.12, 0.9, 23.8, 1, 1, 0, 0.002, 0.5, 2),
    n1  = c(13, 50, 16, 39, 2, 1, 4, 500, 3, 104),
    m2  = c(12.0, 8.71, -0.5, 2.6, 2, 1, 5, 0.0012, 1, 5),
    sd2 = c(sqrt(39), 2.80, 1.1, 13.0, 5, 2, 3, 0.0021, 40, 3),
    n2  = c(11, 48, 36, 15, 2, 6, 4, 450, 40, 102)
  )
)

# t.test takes data only: a sample with exactly this mean and SD.
sample_of <- function(m, sd, n) if (n == 1 || sd == 0) rep(m, n) else m + sd * as.numeric(scale(seq_len(n)))

t_tests <- rows(means, function(x) with(x, {
  run <- function(pooled) {
    t <- t.test(sample_of(m1, sd1, n1), sample_of(m2, sd2, n2), var.equal = pooled)
    unname(c(t$statistic, t$parameter, t$p.value))
  }
  limits <- function(measure) {
    es <- summary(escalc(measure, m1i = m1, sd1i = sd1, n1i = n1, m2i = m2, sd2i = sd2, n2i = n2))
    c(as.numeric(es$yi), es$ci.lb, es$ci.ub)
  }
  single <- min(n1, n2) < 2
  list(
    summary = c(m1, sd1, n1, m2, sd2, n2), Student = run(TRUE), Welch = if (!single) run(FALSE),
    effects = if (!single) list(MD = limits("MD"), SMD = limits("SMD"))
  )
}))

# ---- ordinal tables -----------------------------------------------------------------------------

ordinal <- list(
  list(c(2, 13, 10, 0, 12, 2), c(0, 5, 4, 1, 4, 1)), list(c(1, 2, 2), c(3, 10, 12)),
  list(c(0, 0, 5), c(20, 5, 0)), list(c(1, 1, 1, 1, 1), rep(1, 25)[1:5]), list(c(5, 0), c(0, 25)),
  list(c(3, 0, 2), c(5, 15, 5)), list(c(1, 0), c(0, 1)), list(c(1, 1), c(1, 0)), list(c(4), c(4)),
  list(rep(c(1, 0), 4), rep(c(0, 1), 4)), list(rep(c(1, 0, 0), 5), rep(c(0, 1, 1), 5)),
  list(c(0, 0, 0, 3), c(3, 0, 0, 0)), list(c(10, 0, 0, 0, 0, 0, 0), c(0, 2, 3, 5, 6, 2, 1)),
  list(c(1, 2, 3, 4, 3, 2, 1), c(2, 3, 4, 5, 4, 3, 2)), list(c(6, 1, 1, 8), c(2, 9, 3, 1)),
  list(c(0, 1, 2, 0, 1, 1, 0), c(1, 3, 4, 6, 8, 2, 1)), list(c(2, 2, 2, 2, 2), c(2, 2, 2, 2, 2)),
  list(c(7, 3), c(2, 8)), list(c(1, 4, 0, 5, 0, 2), c(0, 0, 6, 1, 3, 3)), list(c(12, 11), c(13, 9)),
  list(c(0, 1, 2, 3, 4, 5, 6), c(6, 5, 4, 3, 2, 1, 0)), list(c(1), c(24)), list(c(0, 1, 0), c(12, 0, 11)),
  list(c(3, 4, 9, 15, 18, 9, 2), c(5, 12, 11, 10, 8, 6, 4)), list(c(5, 9, 20, 15, 31, 18, 6), c(3, 8, 12, 17, 39, 20, 3)),
  list(c(9, 11, 18, 15, 22, 16, 13), c(1, 13, 13, 17, 33, 15, 10))
)

rank_sums <- lapply(ordinal, function(pair) {
  y <- lapply(pair, function(k) rep(seq_along(k), k))
  x <- y[[1]]
  z <- y[[2]]
  group <- factor(rep(1:2, c(length(x), length(z))))
  normal <- function(correct) suppressWarnings(wilcox.test(x, z, exact = FALSE, correct = correct)$p.value)
  constant <- length(unique(c(x, z))) == 1
  list(
    counts1 = I(pair[[1]]), counts2 = I(pair[[2]]),
    coin = if (!constant) as.numeric(pvalue(wilcox_test(c(x, z) ~ group, distribution = "exact"))),
    exactRankTests = if (!constant && length(c(x, z)) <= 50) suppressWarnings(wilcox.exact(x, z, exact = TRUE)$p.value),
    corrected = normal(TRUE), uncorrected = normal(FALSE),
    superiority = mean(outer(x, z, ">") + outer(x, z, "==") / 2)
  )
})

# ---- tail areas ---------------------------------------------------------------------------------

t_grid <- expand.grid(value = c(0, 1e-8, 0.01, 0.5, 1, 2.2, 5, 40), df = c(0.5, 1, 2, 4.7, 28, 52, 333.3, 1e5))
f_grid <- expand.grid(value = c(0, 1e-6, 0.3, 1, 2.2, 20), df1 = c(1, 2, 5.5, 30), df2 = c(1, 3, 28, 1e4))
chi2_grid <- expand.grid(ratio = c(0, 1e-6, 0.3, 0.95, 1, 1.02, 2, 6), df = c(1, 2, 2.5, 7, 28, 60, 61, 400, 1e5))

tails <- list(
  t = rows(t_grid, function(x) with(x, list(value = value, df = I(df), p = 2 * pt(-abs(value), df)))),
  F = rows(f_grid, function(x) with(x, list(value = value, df = c(df1, df2), p = pf(value, df1, df2, lower.tail = FALSE)))),
  chi2 = rows(chi2_grid, function(x) with(x, list(value = ratio * df, df = I(df), p = pchisq(ratio * df, df, lower.tail = FALSE)))),
  z = lapply(c(0, 1e-9, 0.3, 1.96, 2.2, 6, 20, 36), function(z) list(value = z, df = I(list()), p = 2 * pnorm(-z)))
)

# -------------------------------------------------------------------------------------------------

packages <- c("metafor", "coin", "exactRankTests", "jsonlite", "stats")
reference <- list(
  program = R.version.string, script = "tests/reference/tests.R",
  packages = sapply(packages, function(p) as.character(packageVersion(p)), simplify = FALSE),
  two_by_two = two_by_two, means = t_tests, ordinal = rank_sums, tails = tails
)
# digits = NA: 15 significant ones, as many as jsonlite writes. One row per line, for git.
text <- toJSON(reference, digits = NA, auto_unbox = TRUE, na = "null", null = "null")
writeLines(gsub("},{", "},\n{", text, fixed = TRUE), output)
