/** siglab architectures */
import { describeArchitectures } from '../../ml/architectures/describe'
import { defineCommand } from '../command'

export default defineCommand({
  name: 'architectures',
  summary:
    'List the families of networks, each at its defaults on the four-tone task: five features in, one value out.\nThe receptive field is how many samples one output can see; none where memory has no fixed end.',
  options: {},
  run() {
    const architectures = describeArchitectures()
    const lines = architectures.map(({ id, title, family, causal, parameterCount, receptiveFieldSamples }) =>
      [
        id.padEnd(16),
        title.padEnd(24),
        family.padEnd(18),
        (causal ? 'live' : 'files').padEnd(6),
        String(parameterCount).padStart(8),
        receptiveFieldSamples === null ? '   no end' : String(receptiveFieldSamples).padStart(9)
      ].join('  ')
    )
    const header = [
      'id'.padEnd(16),
      'title'.padEnd(24),
      'family'.padEnd(18),
      'runs'.padEnd(6),
      'weights'.padStart(8),
      '    sees'
    ]
    return Promise.resolve({ json: architectures, text: `${[header.join('  '), ...lines].join('\n')}\n` })
  }
})
