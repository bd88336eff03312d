/** Makes the page's state once and draws the app on it. */
import { mount } from 'svelte'
import App from './App.svelte'
import { connectApp, onLab, onTraining } from './client'
import { Workbench } from './state/workbench.svelte'
import 'uplot/dist/uPlot.min.css'
import './styles/tokens.css'
import './styles/base.css'

const bench = new Workbench(connectApp(), (callback) => requestAnimationFrame(callback))
// The laboratory's port may come before main has answered; the file of the command line must be known first.
const started = bench.start()
onLab((lab) => void started.then(() => bench.useLab(lab)))
onTraining((client) => void started.then(() => bench.useTraining(client)))
void started.finally(() => mount(App, { target: document.getElementById('app')!, props: { bench } }))
