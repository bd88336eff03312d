/**
 * exp, sigmoid and tanh, with a relative error below 3e-7; NaN stays NaN.
 *
 * exp and sigmoid take several vectors and work on them in lockstep: one alone is a chain of some twenty dependent
 * instructions, and four chains at once take little longer than one. exp's polynomial is a Chebyshev fit; tanh's
 * quotient is fitted for the least relative error, 2e-8 before rounding.
 * Included only by kernels_isa.cc, inside its namespace.
 */

#define SIGNAL_LAB_EACH _Pragma("GCC unroll 16") for (int n = 0; n < N; ++n)

/** e to each x, for -87 <= x <= 88. */
template <int N>
SIGNAL_LAB_INLINE void exp_each(Vector (&x)[N]) {
  // Adding 1.5 * 2^23 rounds to a whole number and leaves it in the lowest bits.
  const float magic = 12582912.0f;
  Vector shifted[N], p[N];
  SIGNAL_LAB_EACH shifted[n] = x[n] * 1.44269504f + magic;
  SIGNAL_LAB_EACH x[n] -= (shifted[n] - magic) * 0.693359375f;  // ln 2 in two parts
  SIGNAL_LAB_EACH x[n] += (shifted[n] - magic) * 2.12194440e-4f;
  SIGNAL_LAB_EACH p[n] = x[n] * 0.00139412131f + 0.00837521020f;
  SIGNAL_LAB_EACH p[n] = p[n] * x[n] + 0.0416663516f;
  SIGNAL_LAB_EACH p[n] = p[n] * x[n] + 0.166664145f;
  SIGNAL_LAB_EACH p[n] = p[n] * x[n] + 0.500000005f;
  SIGNAL_LAB_EACH p[n] = p[n] * x[n] + 1.00000004f;
  SIGNAL_LAB_EACH p[n] = p[n] * x[n] + 1.0f;
  SIGNAL_LAB_EACH x[n] = p[n] * reinterpret_cast<Vector>((reinterpret_cast<IntVector>(shifted[n]) + 127) << 23);
}

/** 1 / (1 + e^-x) for each x. */
template <int N>
SIGNAL_LAB_INLINE void sigmoid_each(Vector (&x)[N]) {
  SIGNAL_LAB_EACH x[n] = at_least(-87.0f, at_most(88.0f, -x[n]));
  exp_each(x);
  SIGNAL_LAB_EACH x[n] = 1.0f / (1.0f + x[n]);
}

/** x * p(x * x) / q(x * x): half the instructions of a tanh made of exp. It may pass 1 by two units of the last place. */
SIGNAL_LAB_INLINE Vector tanh_of(Vector x) {
  x = at_least(-9.0f, at_most(9.0f, x));
  const Vector z = x * x;
  Vector p = z * 1.335408170e-08f + 2.060871222e-05f;
  Vector q = z * 7.776334341e-07f + 3.285600428e-04f;
  p = p * z + 3.495568350e-03f;
  q = q * z + 2.587691034e-02f;
  p = p * z + 1.338101012e-01f;
  q = q * z + 4.671432579e-01f;
  p = p * z + 9.999999796e-01f;
  q = q * z + 1.0f;
  return x * p / q;
}
