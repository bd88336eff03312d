/**
 * Dropout whose mask is a hash of seed and position. Included only by kernels_isa.cc, inside its namespace.
 *
 * Two rounds of an integer hash with a bias near the least known for its kind (Wellons' lowbias32), keyed by one half
 * of the seed each: about one instruction a value when vectorised, where Philox4x32-10 needs about eight.
 */

constexpr int64_t kDropoutBlock = 1 << 14;

SIGNAL_LAB_INLINE uint32_t scramble(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352du;
  x ^= x >> 15;
  x *= 0x846ca68bu;
  x ^= x >> 16;
  return x;
}

/** What all values of a call share. */
struct Mask {
  uint32_t key;
  uint32_t second_key;
  int32_t limit;  // a value is kept if the upper 24 bits of its hash are not below this
  float scale;
};

/** A function of its own, and pointers that do not meet: inside the lambda below the compiler did not vectorise it. */
static __attribute__((noinline)) void mask_values(const float* __restrict from, float* __restrict to, int count, uint32_t position, Mask mask) {
  for (int i = 0; i < count; ++i) {
    const uint32_t hash = scramble(scramble((position + static_cast<uint32_t>(i)) ^ mask.key) + mask.second_key);
    to[i] = static_cast<int32_t>(hash >> 8) < mask.limit ? 0.0f : from[i] * mask.scale;
  }
}

static void dropout(const Dropout& d) {
  const int blocks = static_cast<int>((d.size + kDropoutBlock - 1) / kDropoutBlock);
  const auto block = [&](int index) {
    const int64_t first = index * kDropoutBlock;
    const int count = static_cast<int>(d.size - first < kDropoutBlock ? d.size - first : kDropoutBlock);
    const uint32_t key = scramble(d.seed[0] + static_cast<uint32_t>(first >> 32));
    const Mask mask{key, d.seed[1], static_cast<int32_t>(d.rate * 16777216.0f), 1.0f / (1.0f - d.rate)};
    mask_values(d.values + first, d.result + first, count, static_cast<uint32_t>(first), mask);
  };
  parallel_or_not(blocks > 1, blocks, block);
}
