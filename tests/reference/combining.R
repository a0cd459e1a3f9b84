# Writes combining.json: p-values combined by metap, with inputs and versions.
# Run from anywhere: Rscript tests/reference/combining.R [OUTPUT]

suppressPackageStartupMessages(library(metap))
set.seed(20210101)

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
output <- c(commandArgs(TRUE), file.path(here, "combining.json"))[1]

# 17 significant digits give every double back; jsonlite stops at 15.
json <- function(x) {
  if (is.list(x)) {
    items <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(items, collapse = ",\n"), "]"))
    return(paste0("{", paste0("\"", names(x), "\": ", items, collapse = ", "), "}"))
  }
  text <- if (is.character(x)) paste0("\"", x, "\"") else ifelse(is.na(x), "null", sprintf("%.17g", x))
  if (length(x) == 1 && !inherits(x, "AsIs")) text else paste0("[", paste(text, collapse = ", "), "]")
}

# metap's own example sets, the two founding trials at both signs, and random vectors.
data(dat.metap)
published <- lapply(dat.metap[c("beckerp", "rosenthal", "cholest", "edgington")], function(x) if (is.list(x)) x$p else x)
published <- lapply(published, function(p) p[p > 0 & p < 1])
vectors <- c(unname(published), list(c(0.038, 0.366), c(0.038, 0.634), c(0.5, 0.5), c(1e-9, 1e-12), c(1e-9, 0.999), c(0.999, 0.9999),
             c(0.2, 0.2, 0.2), c(0.01, 0.99, 0.5, 0.3)), lapply(c(2, 3, 4, 5, 7, 10, 12), function(k) runif(k)), lapply(c(2, 3, 5, 8), function(k) runif(k)^4))

rows <- lapply(vectors, function(p) {
  k <- length(p)
  weights <- sqrt(5 + 7 * seq_len(k))
  ranks <- seq_len(min(k, 4))
  # metap warns of its alternating sum where the p-values add to 20 or more; digits go before that.
  list(p = I(p), weights = I(weights),
       combined = list(Stouffer = as.numeric(sumz(p)$p), Fisher = sumlog(p)$p, Edgington = if (sum(p) < 10) sump(p)$p else NA,
                       Pearson = pchisq(-2 * sum(log1p(-p)), 2 * k), Tippett = minimump(p)$p, Wilkinson = maximump(p)$p, logit = logitp(p)$p),
       weighted = as.numeric(sumz(p, weights)$p), wilkinson = I(sapply(ranks, function(r) wilkinsonp(p, r)$p)))
})
program <- list(R = as.character(getRversion()), metap = as.character(packageVersion("metap")))
writeLines(json(list(program = program, rows = rows)), output)
