/** The one call of papaparse that the benchmark makes; its own types would bring a package for it. */
declare module 'papaparse' {
  const papaparse: {
    parse(text: string, options: { header: false; skipEmptyLines: boolean }): { data: string[][] }
  }
  export default papaparse
}
