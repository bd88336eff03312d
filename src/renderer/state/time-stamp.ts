/** A moment as a part of a name that may become a file's: "2026-03-01 14-05", in the user's own time. */
export function timeStamp(milliseconds = Date.now()): string {
  const time = new Date(milliseconds)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(two).join('-')
  return `${day} ${two(time.getHours())}-${two(time.getMinutes())}`
}
