/**
 * Complementary error function to about 16 digits, in the tails too: W. J. Cody, "Rational
 * Chebyshev approximations for the error function", Math. Comp. 23 (1969).
 */
export function erfc(x: number): number {
  const size = Math.abs(x)
  if (size <= 0.46875) return 1 - x * near(x * x)
  if (size > 27) return x > 0 ? 0 : 2 // below the smallest double
  const tail = scaledTail(size) * expOfSquare(size)
  return x > 0 ? tail : 2 - tail
}

/** The standard normal distribution function. */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x * Math.SQRT1_2)
}

/** The standard normal density. */
export function normalDensity(x: number): number {
  return 0.3989422804014327 * Math.exp(-0.5 * x * x)
}

/** The inverse of `normalCdf`, to about 1e-12; for where to look, not for prices. */
export function normalQuantile(probability: number): number {
  if (probability <= 0) return -Infinity
  if (probability >= 1) return Infinity
  if (probability > 0.5) return -normalQuantile(1 - probability)
  let low = -39 // normalCdf(-39) is the smallest double
  let high = 0
  while (high - low > 1e-12) {
    const middle = (low + high) / 2
    if (normalCdf(middle) < probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * Quotients of polynomials, written out: highest power first, each step a product and a sum. As
 * tables they cost more than twice as much, and pricing a chain is little else.
 */
function near(x: number): number {
  let over = 0.18577770618460315
  over = over * x + 3.1611237438705655
  over = over * x + 113.86415415105016
  over = over * x + 377.485237685302
  over = over * x + 3209.3775891384694
  let under = 1
  under = under * x + 23.601290952344122
  under = under * x + 244.02463793444417
  under = under * x + 1282.6165260773723
  under = under * x + 2844.236833439171
  return over / under
}

function middle(x: number): number {
  let over = 2.1531153547440383e-8
  over = over * x + 0.5641884969886701
  over = over * x + 8.883149794388377
  over = over * x + 66.11919063714163
  over = over * x + 298.6351381974001
  over = over * x + 881.952221241769
  over = over * x + 1712.0476126340707
  over = over * x + 2051.0783778260716
  over = over * x + 1230.3393547979972
  let under = 1
  under = under * x + 15.744926110709835
  under = under * x + 117.6939508913125
  under = under * x + 537.1811018620099
  under = under * x + 1621.3895745666903
  under = under * x + 3290.7992357334597
  under = under * x + 4362.619090143247
  under = under * x + 3439.3676741437216
  under = under * x + 1230.3393548037495
  return over / under
}

function far(x: number): number {
  let over = 0.016315387137302097
  over = over * x + 0.30532663496123236
  over = over * x + 0.36034489994980445
  over = over * x + 0.12578172611122926
  over = over * x + 0.016083785148742275
  over = over * x + 0.0006587491615298378
  let under = 1
  under = under * x + 2.568520192289822
  under = under * x + 1.8729528499234673
  under = under * x + 0.5279051029514285
  under = under * x + 0.06051834131244132
  under = under * x + 0.0023352049762686918
  return over / under
}

/** erfc(x) / exp(-x^2) for x above 0.46875. */
function scaledTail(x: number): number {
  if (x <= 4) return middle(x)
  const z = 1 / (x * x)
  return (0.5641895835477563 - z * far(z)) / x
}

/** exp(-x^2), the square taken apart so that its rounding does not grow with x. */
function expOfSquare(x: number): number {
  const coarse = Math.trunc(x * 16) / 16
  return Math.exp(-coarse * coarse) * Math.exp(-(x - coarse) * (x + coarse))
}
