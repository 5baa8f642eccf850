// Implied volatility by Brent's method over Black-Scholes with libm's erfc, then five greeks: the
// textbook in C, as a floor beside ours. Arguments: strikes, repetitions. Prints the processor
// seconds a contract took, and the largest error.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct { double sign, spot, strike, years, rate, yield; } terms;

static double cdf(double x) { return 0.5 * erfc(-x * M_SQRT1_2); }

static double value_of(const terms *t, double vol) {
  double s = t->spot * exp(-t->yield * t->years), k = t->strike * exp(-t->rate * t->years);
  double dev = vol * sqrt(t->years), d1 = log(s / k) / dev + dev / 2;
  return t->sign * (s * cdf(t->sign * d1) - k * cdf(t->sign * (d1 - dev)));
}

static double brent(const terms *t, double target) {
  double a = 1e-4, b = 5, fa = value_of(t, a) - target, fb = value_of(t, b) - target;
  double c = a, fc = fa, d = b - a, e = d;
  for (int i = 0; i < 200; i++) {
    if ((fb > 0) == (fc > 0)) { c = a; fc = fa; d = e = b - a; }
    if (fabs(fc) < fabs(fb)) { a = b; b = c; c = a; fa = fb; fb = fc; fc = fa; }
    double tol = 2e-16 * fabs(b) + 5e-15, m = (c - b) / 2;
    if (fabs(m) <= tol || fb == 0) return b;
    if (fabs(e) >= tol && fabs(fa) > fabs(fb)) {
      double s = fb / fa, p, q;
      if (a == c) { p = 2 * m * s; q = 1 - s; }
      else {
        double r = fb / fc, u = fa / fc;
        p = s * (2 * m * u * (u - r) - (b - a) * (r - 1));
        q = (u - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q; else p = -p;
      if (2 * p < fmin(3 * m * q - fabs(tol * q), fabs(e * q))) { e = d; d = p / q; }
      else { d = m; e = m; }
    } else { d = m; e = m; }
    a = b; fa = fb;
    b += fabs(d) > tol ? d : (m > 0 ? tol : -tol);
    fb = value_of(t, b) - target;
  }
  return b;
}

static double greeks(const terms *t, double vol) {
  double s = t->spot * exp(-t->yield * t->years), k = t->strike * exp(-t->rate * t->years);
  double root = sqrt(t->years), dev = vol * root, d1 = log(s / k) / dev + dev / 2;
  double density = 0.3989422804014327 * exp(-0.5 * d1 * d1);
  double held = cdf(t->sign * d1), owed = cdf(t->sign * (d1 - dev));
  double delta = t->sign * s / t->spot * held, gamma = s / t->spot * density / (t->spot * dev);
  double vega = s * density * root / 100;
  double carry = t->sign * (t->yield * s * held - t->rate * k * owed);
  double theta = (carry - s * density * vol / (2 * root)) / 365;
  return t->sign * (s * held - k * owed) + delta + gamma + vega + theta;
}

int main(int argc, char **argv) {
  int strikes = argc > 1 ? atoi(argv[1]) : 40, times = argc > 2 ? atoi(argv[2]) : 1;
  terms *all = malloc(sizeof(terms) * strikes);
  double *value = malloc(sizeof(double) * strikes), sum = 0;
  for (int i = 0; i < strikes; i++) { // the chain of bench/options.ts
    double at = strikes == 1 ? 0.5 : (double)i / (strikes - 1);
    double strike = 600 * (0.9 + 0.2 * at);
    all[i] = (terms){strike < 600 ? -1 : 1, 600, strike, 30.0 / 365, 0.04, 0.012};
    value[i] = value_of(&all[i], 0.15 + 0.1 * at);
  }
  struct timespec from, to;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
  for (int n = 0; n < times; n++)
    for (int i = 0; i < strikes; i++) sum += greeks(&all[i], brent(&all[i], value[i]));
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
  double took = (to.tv_sec - from.tv_sec) + (to.tv_nsec - from.tv_nsec) / 1e9, error = 0;
  for (int i = 0; i < strikes; i++) {
    double at = strikes == 1 ? 0.5 : (double)i / (strikes - 1);
    error = fmax(error, fabs(brent(&all[i], value[i]) - (0.15 + 0.1 * at)));
  }
  printf("%.12g %.6g %.6g\n", took / strikes / times, error, sum);
  return 0;
}
