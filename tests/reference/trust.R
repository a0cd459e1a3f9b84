# Writes trust.json: how often honest numbers coincide, block sizes, parts and wholes, digits, rounded baselines.
# Run from anywhere: Rscript tests/reference/trust.R [OUTPUT]
#
# Each quantity by its definition in base R: integrals by integrate, extremes by optim, lists of blocks by going through
# every split, so that no closed formula of ours stands on both sides.

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
output <- c(commandArgs(TRUE), file.path(here, "trust.json"))[1]

json <- function(x) {
  if (is.list(x)) {
    items <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(items, collapse = ",\n"), "]"))
    return(paste0("{", paste0("\"", names(x), "\": ", items, collapse = ", "), "}"))
  }
  text <- if (is.character(x)) paste0("\"", x, "\"") else sprintf("%.17g", x)
  if (length(x) == 1 && !inherits(x, "AsIs")) text else paste0("[", paste(text, collapse = ", "), "]")
}

# Two values whose difference is N(0, s) share a cell of the grid with probability 1 - |d|/h.
alike <- function(s, h) 2 * integrate(function(d) (1 - d / h) * dnorm(d, 0, s), 0, h, rel.tol = 1e-12)$value
same_print <- lapply(list(c(8.43, 50, 50, .01), c(11.5, 5, 25, .1), c(4.2, 30, 30, .1), c(.9, 12, 14, .1), c(12, 40, 40, 1)),
  function(r) list(sd = r[1], n1 = r[2], n2 = r[3], step = r[4], mean = alike(r[1] * sqrt(1 / r[2] + 1 / r[3]), r[4]),
                   spread = alike(r[1] * sqrt(1 / (2 * (r[2] - 1)) + 1 / (2 * (r[3] - 1))), r[4])))
same_count <- lapply(list(c(51, 50, 50), c(50, 50, 50), c(10, 50, 50), c(18, 30, 30), c(20, 20, 40)),
  function(r) list(total = r[1], n1 = r[2], n2 = r[3],
                   p = if (r[1] %% 2) 0 else dhyper(r[1] / 2, r[2], r[3], r[1])))
# The tail by the coefficients of the generating polynomial, from its values at the roots of unity.
tail_of <- function(p, x) {
  k <- length(p) + 1
  w <- exp(-2i * pi * (0:(k - 1)) / k)
  mass <- Re(fft(vapply(w, function(z) prod(1 - p + p * z), 0i), inverse = TRUE)) / k
  sum(mass[(x + 1):k])
}
at_least <- lapply(list(list(p = c(.1, .14, .3, .45, .56, .25, .34), x = 2), list(p = rep(.2, 12), x = 7), list(p = c(.5, .5), x = 1)),
  function(r) list(p = I(r$p), seen = r$x, tail = tail_of(r$p, r$x)))

multiple_share <- lapply(list(c(50, .5, 5), c(50, .1, 5), c(20, .3, 5), c(200, .4, 10), c(12, .2, 5)),
  function(r) list(n = r[1], share = r[2], multiple = r[3], p = sum(dbinom(seq(0, r[1], r[3]), r[1], r[2]))))
# The chance of each printed distance of two rounded means: the triangle of the grid's place over the normal density.
steps <- function(k, s, h) integrate(function(d) (1 - abs(d / h - k)) * dnorm(d, 0, s), (k - 1) * h, k * h, rel.tol = 1e-11)$value +
  integrate(function(d) (1 - abs(d / h - k)) * dnorm(d, 0, s), k * h, (k + 1) * h, rel.tol = 1e-11)$value
rounded_row_p <- lapply(list(c(0, 8.4, 30, 30, .1), c(0, 8.4, 30, 30, 1), c(1, 8.4, 30, 30, 1), c(1, 1.7, 54, 54, .1), c(7, 6.7, 54, 54, .1), c(0, .4, 12, 12, 1)),
  function(r) {
    s <- r[2] * sqrt(1 / r[3] + 1 / r[4]); j <- r[1]
    all <- vapply(-j:j, steps, 0, s = s, h = r[5])
    edge <- if (j) all[1] + all[length(all)] else all[1]
    list(steps = j, sd = r[2], n1 = r[3], n2 = r[4], step = r[5], p = 1 - sum(all) + edge / 2)
  })
combined <- lapply(list(c(.95, .97, .99, .91, .98, .93, .96, .99), c(.12, .83, .44, .61, .27, .95, .08, .52), c(.03, .01, .2, .004, .11, .02)),
  function(p) { z <- sum(qnorm(p)) / sqrt(length(p)); list(p = I(p), z = z, alike = pnorm(z, lower.tail = FALSE), different = pnorm(z)) })

# Every reachable size of the first arm in each list, over every split of the participants among the lists.
one_list <- function(n, b, r) { c <- b / sum(r); k <- n %% b; (n %/% b) * r[1] * c + c(max(0, k - r[2] * c), min(k, r[1] * c)) }
reach <- function(n, b, r, lists) {
  if (lists == 1) return(one_list(n, b, r))
  range(vapply(0:n, function(m) one_list(m, b, r) + reach(n - m, b, r, lists - 1), numeric(2)))
}
block_sizes <- lapply(list(c(85, 4, 1, 1, 1), c(84, 4, 1, 1, 1), c(54, 6, 2, 1, 1), c(85, 4, 1, 1, 3), c(82, 4, 1, 1, 3), c(31, 6, 1, 1, 1), c(120, 8, 1, 1, 1), c(39, 4, 1, 1, 1), c(50, 6, 1, 2, 2)),
  function(q) { e <- reach(q[1], q[2], q[3:4], q[5]); list(n = q[1], block = q[2], ratio = I(q[3:4]), lists = q[5], low = e[1], high = e[2]) })

# Parts: n, mean, its decimals, SD, its decimals.
parts <- list(list(c(30, 6.2, 1, 1.8, 1), c(11, 7.4, 1, 2.0, 1)), list(c(25, 50, 1, 10, 1), c(25, 70, 1, 10, 1)), list(c(20, 12, 0, 3, 0), c(22, 12, 0, 4, 0), c(9, 15, 0, 2, 0)))
whole <- lapply(parts, function(p) {
  at <- function(i) vapply(p, `[`, 0, i)
  n <- at(1); m <- at(2); s <- at(4); hm <- .5 * 10^-at(3); hs <- .5 * 10^-at(5)
  variance <- function(m, s) { M <- weighted.mean(m, n); (sum((n - 1) * s^2) + sum(n * (m - M)^2)) / (sum(n) - 1) }
  low <- min(vapply(c(-.8, 0, .8), function(x) optim(m + x * hm, variance, s = s - hs, method = "L-BFGS-B", lower = m - hm, upper = m + hm, control = list(factr = 1))$value, 0))
  corners <- as.matrix(expand.grid(lapply(seq_along(m), function(i) m[i] + c(-1, 1) * hm[i])))
  list(parts = lapply(p, I), mean = I(c(weighted.mean(m - hm, n), weighted.mean(m + hm, n))),
       sd = I(sqrt(c(low, max(apply(corners, 1, variance, s = s + hs))))))
})
correlation <- lapply(list(c(5, 5.5, 4, 1), c(5, 5.5, 12, 1), c(5, 5.5, .3, 1), c(10.09, 8.86, 3, 2), c(7, 7, 14, 0), c(5, 5.5, 7.6, 1)), function(q) {
  x <- q[1:3]; h <- .5 * 10^-q[4]; r <- function(x) (x[1]^2 + x[2]^2 - x[3]^2) / (2 * x[1] * x[2])
  starts <- as.matrix(expand.grid(x[1] + c(-.9, 0, .9) * h, x[2] + c(-.9, 0, .9) * h, x[3] + c(-.9, .9) * h))
  best <- function(sign) min(apply(starts, 1, function(s) optim(s, function(x) sign * r(x), method = "L-BFGS-B", lower = x - h, upper = x + h, control = list(factr = 1))$value))
  list(sds = I(x), decimals = q[4], low = best(1), high = -best(-1))
})

# Shares of a box of inputs, by simulation: good to three standard errors of two million draws, 0.001.
set.seed(20050107)
exact_share <- lapply(list(c(20, 4, 30, 21, 2, 30, 0, 2), c(10.30, 3.12, 50, 8.71, 2.80, 48, 2, 3), c(14.8, 23.8, 39, 2.6, 13.0, 15, 1, 3), c(63.0, 7.5, 30, 59.3, 11.5, 30, 1, 3)), function(q) {
  B <- 2e6; u <- function(x) x + runif(B, -.5, .5) * 10^-q[7]; n1 <- q[3]; n2 <- q[6]
  p_of <- function(m1, s1, m2, s2) { v <- ((n1 - 1) * s1^2 + (n2 - 1) * s2^2) / (n1 + n2 - 2); 2 * pt(-abs(m1 - m2) / sqrt(v * (1 / n1 + 1 / n2)), n1 + n2 - 2) }
  print_p <- function(p) floor(p * 10^q[8] + .5)
  list(arms = I(q[1:6]), decimals = q[7], p_decimals = q[8], share = mean(print_p(p_of(u(q[1]), u(q[2]), u(q[4]), u(q[5]))) == print_p(p_of(q[1], q[2], q[4], q[5]))))
})

writeLines(json(list(program = list(R = paste(R.version$major, R.version$minor, sep = ".")), same_print = same_print, same_count = same_count,
  at_least = at_least, multiple_share = multiple_share, rounded_row_p = rounded_row_p, combined = combined, block_sizes = block_sizes,
  whole = whole, correlation = correlation, exact_share = exact_share)), output)
