/**
 * exp, sigmoid and tanh of a vector, with a relative error below 3e-7; NaN stays NaN.
 *
 * The polynomials are Chebyshev fits in 40 digits. Included only by kernels_isa.cc, inside its namespace.
 */

SIGNAL_LAB_INLINE Vector exp_of(Vector x) {
  x = x > 88.0f ? all(88.0f) : x;  // written so that NaN passes
  x = x < -87.0f ? all(-87.0f) : x;
  // Adding 1.5 * 2^23 rounds to a whole number and leaves it in the lowest bits.
  const Vector magic = all(12582912.0f);
  const Vector shifted = x * 1.44269504f + magic;
  const Vector whole = shifted - magic;
  const Vector r = (x - whole * 0.693359375f) + whole * 2.12194440e-4f;  // ln 2 in two parts
  Vector p = r * 0.00139412131f + 0.00837521020f;
  p = p * r + 0.0416663516f;
  p = p * r + 0.166664145f;
  p = p * r + 0.500000005f;
  p = p * r + 1.00000004f;
  p = p * r + 1.0f;
  const IntVector exponent = (reinterpret_cast<IntVector>(shifted) + 127) << 23;
  return p * reinterpret_cast<Vector>(exponent);
}

SIGNAL_LAB_INLINE Vector sigmoid(Vector x) { return 1.0f / (1.0f + exp_of(-x)); }

SIGNAL_LAB_INLINE Vector tanh_of(Vector x) {
  const IntVector sign = reinterpret_cast<IntVector>(x) & static_cast<int32_t>(0x80000000);
  const Vector size = reinterpret_cast<Vector>(reinterpret_cast<IntVector>(x) ^ sign);
  const Vector far = 1.0f - 2.0f / (1.0f + exp_of(size + size));
  // Near zero the line above loses digits: tanh(x) / x as a polynomial in x * x.
  const Vector z = x * x;
  Vector p = z * 0.00229274482f - 0.00834394552f;
  p = p * z + 0.0217689187f;
  p = p * z - 0.0539592596f;
  p = p * z + 0.133333036f;
  p = p * z - 0.333333332f;
  const Vector near = x + x * z * p;
  return size < 0.625f ? near : reinterpret_cast<Vector>(reinterpret_cast<IntVector>(far) | sign);
}
