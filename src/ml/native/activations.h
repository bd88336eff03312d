/**
 * exp, sigmoid and tanh, with a relative error below 3e-7; NaN stays NaN.
 *
 * Every function takes several vectors and works on them in lockstep: one alone is a chain of some twenty dependent
 * instructions, and four chains at once take little longer than one. The polynomials are Chebyshev fits in 40 digits.
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

/** The exponent that sigmoid needs, and sigmoid from its power. */
SIGNAL_LAB_INLINE Vector sigmoid_exponent(Vector x) { return at_least(-87.0f, at_most(88.0f, -x)); }
SIGNAL_LAB_INLINE Vector sigmoid_of(Vector power) { return 1.0f / (1.0f + power); }

/** The exponent that tanh needs, and tanh from its power. */
SIGNAL_LAB_INLINE Vector tanh_exponent(Vector x) { return at_most(40.0f, 2.0f * magnitude(x)); }
SIGNAL_LAB_INLINE Vector tanh_of(Vector x, Vector power) {
  const Vector far = 1.0f - 2.0f / (1.0f + power);
  // Near zero the line above loses digits: tanh(x) / x as a polynomial in x * x.
  const Vector z = x * x;
  Vector p = z * -0.00609671417f + 0.0209971790f;
  p = p * z - 0.0538509096f;
  p = p * z + 0.133327697f;
  p = p * z - 0.333333289f;
  return magnitude(x) < 0.625f ? x + x * z * p : with_sign_of(x, far);
}

template <int N>
SIGNAL_LAB_INLINE void sigmoid_each(Vector (&x)[N]) {
  SIGNAL_LAB_EACH x[n] = sigmoid_exponent(x[n]);
  exp_each(x);
  SIGNAL_LAB_EACH x[n] = sigmoid_of(x[n]);
}

template <int N>
SIGNAL_LAB_INLINE void tanh_each(Vector (&x)[N]) {
  Vector power[N];
  SIGNAL_LAB_EACH power[n] = tanh_exponent(x[n]);
  exp_each(power);
  SIGNAL_LAB_EACH x[n] = tanh_of(x[n], power[n]);
}
