/** Tags as they are typed: words between commas. */

const longestTag = 40
const mostTags = 32

export function readTags(text: string): { readonly tags: string[]; readonly problem?: string } {
  const tags = [...new Set(text.split(',').map((tag) => tag.trim()))].filter(Boolean)
  const long = tags.find((tag) => tag.length > longestTag)
  if (long) return { tags, problem: `"${long.slice(0, 20)}…" is longer than ${longestTag} letters.` }
  if (tags.length > mostTags) return { tags, problem: `At most ${mostTags} tags; there are ${tags.length}.` }
  return { tags }
}
