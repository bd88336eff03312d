/**
 * The texts of the scripts that run a model elsewhere, word for word. What is particular to a model stands in
 * config.json beside them: no name or title is ever pasted into a program.
 */

/** PyTorch and the front end of a network that runs on samples or on ticks. */
export const torchScript = `"""Takes one tone out of a WAV file with a filter that was trained in Signal Lab, in PyTorch.

    python3 -m pip install torch safetensors numpy soundfile
    python3 reproduce.py IN.wav OUT.wav --select 1

config.json says how the network is built and run, weights.safetensors holds its state dict. The answer equals that of
"siglab filter IN.wav --model model.safetensors --select 1 --out OUT.wav" to about 1e-6 of full scale.
"""
import argparse
import json
import math
import pathlib

import numpy as np
import soundfile
import torch
from safetensors.torch import load_file

HERE = pathlib.Path(__file__).resolve().parent
CONFIG = json.loads((HERE / "config.json").read_text(encoding="utf-8"))
ACTIVATIONS = {"linear": lambda x: x, "relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}


class Network(torch.nn.Module):
    """The layers in the order of their computation: [batch, steps, features] -> [batch, steps, outputs]."""

    def __init__(self):
        super().__init__()
        for part in CONFIG["modules"]:
            if part["kind"] in ("lstm", "gru"):
                make = torch.nn.LSTM if part["kind"] == "lstm" else torch.nn.GRU
                module = make(part["inputSize"], part["units"], part["layers"], batch_first=True)
            elif part["kind"] == "linear":
                module = torch.nn.Linear(part["inputSize"], part["outputSize"])
            else:
                module = torch.nn.Conv1d(part["inputSize"], part["outputSize"], part["kernelSize"], dilation=part["dilation"])
            self.add_module(part["name"], module)

    def forward(self, x):
        for part in CONFIG["modules"]:
            module = getattr(self, part["name"])
            if part["kind"] in ("lstm", "gru"):
                x, _ = module(x)
            elif part["kind"] == "linear":
                x = ACTIVATIONS[part["activation"]](module(x))
            else:
                context = (part["kernelSize"] - 1) * part["dilation"]
                padded = torch.nn.functional.pad(x.transpose(1, 2), (context, 0))
                x = ACTIVATIONS[part["activation"]](module(padded).transpose(1, 2))
        return x


def decimate(samples, samples_per_tick):
    """Each tick is the mean of the samples of the last two tick lengths under a Hann taper."""
    n = np.arange(len(samples))
    tick = np.floor((n + 1e-9) / samples_per_tick).astype(int)
    remaining = (tick + 1) * samples_per_tick - (n + 0.5)
    share = 0.5 * (1 - np.cos(remaining * math.pi / samples_per_tick))
    sums = np.zeros(tick[-1] + 2)
    np.add.at(sums, tick, share * samples)
    np.add.at(sums, tick + 1, (1 - share) * samples)
    complete = int(math.floor((len(samples) + 1e-9) / samples_per_tick))
    return sums[:complete] / samples_per_tick


def turn_on(answers, samples_per_tick, turn, count):
    """The newest sine and cosine part turned on at the tone's frequency, each blended in over one tick."""
    place = (np.arange(len(answers)) + 1) * samples_per_tick - 0.5
    known_from = np.ceil((np.arange(len(answers)) + 1) * samples_per_tick - 1e-9).astype(int) - 1
    n = np.arange(count)
    newest = np.searchsorted(known_from, n, side="right") - 1

    def at(tick):
        tick = np.clip(tick, 0, len(answers) - 1)
        angle = turn * (n - place[tick])
        return answers[tick, 0] * np.cos(angle) + answers[tick, 1] * np.sin(angle)

    newer = at(newest)
    share = np.minimum(1, (n - place[np.clip(newest, 0, None)] + 0.5) / samples_per_tick)
    older = at(newest - 1)
    blended = np.where(newest >= 1, older + (newer - older) * share, newer)
    return np.where(newest >= 0, blended, 0)


def gain_for(samples):
    """A level far from that of the training is brought to it, and the answer back."""
    finite = samples[np.isfinite(samples)]
    rms = math.sqrt(float(np.mean(finite.astype(np.float64) ** 2))) if len(finite) else 0
    ratio = CONFIG["trainingRms"] / rms if rms > 0 else 1
    return 1 if 0.5 <= ratio <= 2 else ratio


def filter_tone(samples, sample_rate, selector):
    running, frequencies = CONFIG["running"], CONFIG["frequenciesHz"]
    gain = gain_for(samples)
    clean = np.where(np.isfinite(samples), samples, 0).astype(np.float64)
    on_ticks = running["kind"] == "ticks"
    samples_per_tick = sample_rate / running["modelRate"] if on_ticks else 1
    if not on_ticks and sample_rate != running["sampleRate"]:
        raise SystemExit(f"It was trained at {running['sampleRate']} Hz. Received: {sample_rate} Hz.")
    if samples_per_tick < 1:
        raise SystemExit(f"It needs at least {running['modelRate']} samples a second. Received: {sample_rate} Hz.")
    steps = decimate(clean, samples_per_tick) if on_ticks else clean
    features = np.zeros((1, len(steps), 1 + len(frequencies)), np.float32)
    features[0, :, 0] = steps * gain * CONFIG["inputScale"]
    features[0, :, 1 + selector] = 1
    network = Network().eval()
    network.load_state_dict(load_file(HERE / "weights.safetensors"))
    with torch.no_grad():
        answers = network(torch.from_numpy(features))[0].numpy() / (CONFIG["targetScale"] * gain)
    if not on_ticks:
        return answers[:, 0]
    turn = 2 * math.pi * frequencies[selector] / sample_rate
    return turn_on(answers.astype(np.float64), samples_per_tick, turn, len(samples))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--select", type=int, default=1, help="which tone, from 1: " + ", ".join(map(str, CONFIG["frequenciesHz"])) + " Hz")
    parser.add_argument("--channel", type=int, default=1, help="channel of the recording, from 1")
    options = parser.parse_args()
    data, rate = soundfile.read(options.input, dtype="float32", always_2d=True)
    tone = filter_tone(data[:, options.channel - 1], rate, options.select - 1)
    soundfile.write(options.output, tone.astype(np.float32), rate, subtype="FLOAT")
    print(f"{options.output}: {len(tone)} samples of the {CONFIG['frequenciesHz'][options.select - 1]} Hz tone")
`

/** A model whose front end or network is nowhere else: the program itself is called. */
export const siglabScript = `"""Takes one tone out of a WAV file with a filter that was trained in Signal Lab, by calling Signal Lab.

    python3 reproduce.py IN.wav OUT.wav --select 1

This model cannot run in PyTorch alone. Either it stands behind a joint fit of all wanted tones (least squares over
several memories, followed by a Kalman filter), which is a part of Signal Lab and no layer of a network; or its network
has layers that torch.nn does not have. Its weights are in model.safetensors under plain names all the same.

The variable SIGLAB names the program where "siglab" is not found by itself.
"""
import argparse
import os
import pathlib
import shlex
import subprocess

HERE = pathlib.Path(__file__).resolve().parent

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--select", type=int, default=1, help="which tone, from 1")
    parser.add_argument("--frequencies", help="which tones there are, for a model that takes any: HZ,HZ,...")
    options = parser.parse_args()
    command = [*shlex.split(os.environ.get("SIGLAB", "siglab")), "filter", options.input]
    command += ["--model", str(HERE / "model.safetensors"), "--select", str(options.select), "--out", options.output]
    if options.frequencies:
        command += ["--frequencies", options.frequencies]
    raise SystemExit(subprocess.run(command).returncode)
`

/** Trains once more from the same seed, and compares. Types that Node strips by itself from 22.18 on. */
export const trainScript = `/**
 * Trains the filter once more with Signal Lab, from the same seed, and compares it with the one in this folder.
 *
 *     node reproduce.ts          (Node 22.18 or later; before that: npx tsx reproduce.ts)
 *
 * On the same kind of machine every weight comes out the same to the bit; on another, figures agree to about 1e-3.
 * The variable SIGLAB names the program where "siglab" is not found by itself.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Config {
  title: string
  /** What "siglab train" is given; null for a model that was not trained by it. */
  trainArguments: string[] | null
  metrics: Record<string, number | null>
}

const here: string = dirname(fileURLToPath(import.meta.url))
const config: Config = JSON.parse(readFileSync(join(here, 'config.json'), 'utf8'))
if (config.trainArguments === null) {
  console.error(\`"\${config.title}" was not trained by Signal Lab: there is no command that makes it again.\`)
  process.exit(1)
}

const [program, ...before]: string[] = (process.env.SIGLAB ?? 'siglab').split(' ')
const out: string = join(here, 'again')
// What an earlier try made: a training does not go into the folder of another.
rmSync(out, { recursive: true, force: true })
console.log(\`siglab train \${config.trainArguments.join(' ')}\`)
const { status, stdout } = spawnSync(program, [...before, 'train', ...config.trainArguments, '--out', out, '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  encoding: 'utf8'
})
if (status !== 0) process.exit(status ?? 1)

/** Of the tensors alone: the header before them tells when the training was. */
function hashOfWeights(path: string): string {
  const bytes = readFileSync(path)
  return createHash('sha256').update(bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)))).digest('hex')
}

const same: boolean = hashOfWeights(join(here, 'model.safetensors')) === hashOfWeights(join(out, 'model.safetensors'))
const found: Record<string, number | null> = JSON.parse(stdout).metrics
let isReproduced = true
for (const [name, value] of Object.entries(config.metrics)) {
  const again = found[name] ?? null
  const agrees = value === again || (value !== null && again !== null && Math.abs(value - again) <= 1e-3 * Math.max(1, Math.abs(value)))
  isReproduced &&= agrees
  console.log(\`  \${name}: \${value} before, \${again} now\${agrees ? '' : '  DIFFERS'}\`)
}
console.log(same ? 'Reproduced: every weight is the same to the bit.' : isReproduced ? 'Reproduced: the figures agree.' : 'It differs.')
process.exit(same || isReproduced ? 0 : 1)
`
