/** A module with all that it imports as one script: scripts/thread-scripts.mjs. */
declare module '*?thread' {
  const script: string
  export default script
}
