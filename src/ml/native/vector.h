/**
 * A vector of floats as wide as the instruction set that this file is compiled for.
 *
 * GCC's and Clang's vector types, so that one source serves SSE, AVX2, AVX-512 and NEON; products and sums written one
 * after the other become fused multiply-adds where the processor has them. Included only by kernels_isa.cc, inside its
 * namespace: nothing here may be shared between instruction sets.
 */

// SIGNAL_LAB_LIKE_AVX512 gives AVX-512's shapes to processors without it, so that they can be tested anywhere.
#if defined(__AVX512F__) || defined(SIGNAL_LAB_LIKE_AVX512)
constexpr int kWidth = 16;
constexpr int kVectors = 2;
constexpr int kRows = 12;
#elif defined(__AVX2__)
constexpr int kWidth = 8;
constexpr int kVectors = 2;
constexpr int kRows = 6;
#elif defined(__aarch64__)
constexpr int kWidth = 4;
constexpr int kVectors = 4;
constexpr int kRows = 6;
#else
constexpr int kWidth = 4;
constexpr int kVectors = 2;
constexpr int kRows = 6;
#endif

/** Columns of a panel of packed weights: those of one register tile. kRows * kVectors accumulators fill the registers. */
constexpr int kPanel = kWidth * kVectors;

typedef float Vector __attribute__((vector_size(kWidth * 4)));
typedef int32_t IntVector __attribute__((vector_size(kWidth * 4)));
typedef float LooseVector __attribute__((vector_size(kWidth * 4), aligned(4), may_alias));

#define SIGNAL_LAB_INLINE static inline __attribute__((always_inline))

SIGNAL_LAB_INLINE Vector load(const float* from) { return *reinterpret_cast<const LooseVector*>(from); }
SIGNAL_LAB_INLINE void store(float* to, Vector value) { *reinterpret_cast<LooseVector*>(to) = value; }
SIGNAL_LAB_INLINE Vector all(float value) { return value - Vector{}; }

/** The first `count` values (any number, also none or more than a vector holds), zero behind them. */
SIGNAL_LAB_INLINE Vector load_some(const float* from, int count) {
  if (count >= kWidth) return load(from);
  Vector value{};
  for (int i = 0; i < count; ++i) value[i] = from[i];
  return value;
}

SIGNAL_LAB_INLINE void store_some(float* to, Vector value, int count) {
  if (count >= kWidth) return store(to, value);
  for (int i = 0; i < count; ++i) to[i] = value[i];
}

/** The value in the first `count` lanes, zero behind them even where it is NaN. */
SIGNAL_LAB_INLINE Vector keep_some(Vector value, int count) {
  if (count >= kWidth) return value;
  for (int i = count < 0 ? 0 : count; i < kWidth; ++i) value[i] = 0.0f;
  return value;
}

/** The bound where x is beyond it; NaN passes (AVX's instructions give their second operand then). */
#if defined(__AVX2__) && !defined(__AVX512F__) && !defined(SIGNAL_LAB_LIKE_AVX512)
SIGNAL_LAB_INLINE Vector at_most(float bound, Vector x) { return _mm256_min_ps(all(bound), x); }
SIGNAL_LAB_INLINE Vector at_least(float bound, Vector x) { return _mm256_max_ps(all(bound), x); }
#else
SIGNAL_LAB_INLINE Vector at_most(float bound, Vector x) { return bound < x ? all(bound) : x; }
SIGNAL_LAB_INLINE Vector at_least(float bound, Vector x) { return bound > x ? all(bound) : x; }
#endif

SIGNAL_LAB_INLINE Vector magnitude(Vector x) {
  return reinterpret_cast<Vector>(reinterpret_cast<IntVector>(x) & 0x7fffffff);
}
/** A value that is not negative, with the sign of x. */
SIGNAL_LAB_INLINE Vector with_sign_of(Vector x, Vector value) {
  return reinterpret_cast<Vector>(reinterpret_cast<IntVector>(value) | (reinterpret_cast<IntVector>(x) & static_cast<int32_t>(0x80000000)));
}

SIGNAL_LAB_INLINE int smaller(int a, int b) { return a < b ? a : b; }
SIGNAL_LAB_INLINE int larger(int a, int b) { return a > b ? a : b; }
SIGNAL_LAB_INLINE int round_up(int value, int step) { return (value + step - 1) / step * step; }
