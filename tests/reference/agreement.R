# Writes agreement.json: agreement of two raters by vcd (kappa and its weighted forms), psych (ICC) and base R (limits).
# Run from anywhere: Rscript tests/reference/agreement.R [OUTPUT]

suppressMessages({library(jsonlite); library(psych); library(vcd)})
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
output <- c(commandArgs(TRUE), file.path(here, "agreement.json"))[1]

tables <- list(plain = rbind(c(20, 5), c(10, 15)), paradox = rbind(c(118, 5), c(2, 0)),
               ordered = rbind(c(30, 4, 1), c(5, 20, 3), c(0, 2, 10)),
               four = rbind(c(11, 2, 0, 1), c(1, 4, 1, 0), c(0, 1, 2, 0), c(0, 0, 0, 3)))
pairs <- list(spreads = cbind(c(7.5, 11.5, 23.8, 13, 4.2, 8.86, 10.14, 2.8, 3.12, 5.5), c(7.5, 11.5, 23.8, 13, 4.2, 8.86, 10.41, 2.8, 3.12, 1)),
              shifted = cbind(c(10, 12, 9, 15, 20, 11), c(11, 13, 10, 16, 21, 12)),
              medians = cbind(c(63, 59.3, 68, 64, 70, 55, 61, 66), c(63, 59.3, 63, 64, 70, 56, 61, 66)))
both <- function(x) unname(x[1:2])
kappas <- lapply(tables, function(t) list(table = t, unweighted = both(Kappa(t)$Unweighted),
  linear = both(Kappa(t, weights = "Equal-Spacing")$Weighted), quadratic = both(Kappa(t, weights = "Fleiss-Cohen")$Weighted)))
numbers <- lapply(pairs, function(x) {
  r <- ICC(x, lmer = FALSE)$results; d <- x[, 1] - x[, 2]
  list(pairs = x, absolute = r["Single_random_raters", "ICC"], consistency = r["Single_fixed_raters", "ICC"],
       interval = c(r["Single_random_raters", "lower bound"], r["Single_random_raters", "upper bound"]),
       limits = mean(d) + c(-1, 1) * qnorm(.975) * sd(d))
})
writeLines(toJSON(list(by = paste0("vcd ", packageVersion("vcd"), ", psych ", packageVersion("psych")), kappa = kappas, numbers = numbers),
           digits = NA, auto_unbox = TRUE, pretty = TRUE), output)
