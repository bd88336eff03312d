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

static void dropout(const Dropout& d) {
  // Kept if the upper 24 bits of the hash, a whole number that a float holds exactly, are not below the limit.
  const int32_t limit = static_cast<int32_t>(d.rate * 16777216.0f);
  const float scale = 1.0f / (1.0f - d.rate);
  const int blocks = static_cast<int>((d.size + kDropoutBlock - 1) / kDropoutBlock);
  const auto block = [&](int index) {
    const int64_t first = index * kDropoutBlock;
    const int count = static_cast<int>(d.size - first < kDropoutBlock ? d.size - first : kDropoutBlock);
    const float* const from = d.values + first;
    float* const to = d.result + first;
    const uint32_t key = scramble(d.seed[0] + static_cast<uint32_t>(first >> 32));
    const uint32_t base = static_cast<uint32_t>(first);
    for (int i = 0; i < count; ++i) {
      const uint32_t hash = scramble(scramble((base + static_cast<uint32_t>(i)) ^ key) + d.seed[1]);
      to[i] = static_cast<int32_t>(hash >> 8) < limit ? 0.0f : from[i] * scale;
    }
  };
  parallel_or_not(blocks > 1, blocks, block);
}
