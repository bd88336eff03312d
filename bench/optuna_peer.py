"""The tasks of bench/search.bench.ts with Optuna's TPESampler, at its defaults: trials and seeds from the command line.

python3 -m pip install optuna && python3 bench/optuna_peer.py 100 40
"""
import json
import math
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
TRIALS, SEEDS = int(sys.argv[1]), int(sys.argv[2])


def cube(trial, count, low, high):
    return [trial.suggest_float(f"x{i}", low, high) for i in range(count)]


def branin(trial):
    x, y = trial.suggest_float("x0", -5, 10), trial.suggest_float("x1", 0, 15)
    inner = y - 5.1 / (4 * math.pi ** 2) * x * x + 5 / math.pi * x - 6
    return inner * inner + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10 - 0.397887


def sphere(trial):
    return sum((x - 1) ** 2 for x in cube(trial, 5, -5, 10))


def ackley(trial):
    x = cube(trial, 5, -10, 20)
    squares, waves = sum(v * v for v in x) / 5, sum(math.cos(2 * math.pi * v) for v in x) / 5
    return -20 * math.exp(-0.2 * math.sqrt(squares)) - math.exp(waves) + 20 + math.e


def rosenbrock(trial):
    x = cube(trial, 3, -2, 2)
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def network(trial):
    kind = {"lstm": 0.05, "gru": 0.03, "lru": 0.0, "tcn": 0.08}[trial.suggest_categorical("kind", ["lstm", "gru", "lru", "tcn"])]
    layers, units = trial.suggest_int("layers", 1, 4), trial.suggest_int("units", 16, 256, log=True)
    dropout, rate = trial.suggest_float("dropout", 0, 0.5), trial.suggest_float("learningRate", 2e-4, 2e-2, log=True)
    off = math.log10(rate / (0.004 * math.sqrt(64 / units)))
    return kind + 0.02 * (layers - 2) ** 2 + 0.05 * math.log2(units / 64) ** 2 + 0.3 * (dropout - 0.1) ** 2 + 0.2 * off ** 2


TASKS = {
    "branin": branin, "sphere, 5 numbers": sphere, "ackley, 5 numbers": ackley, "rosenbrock, 3 numbers": rosenbrock, "network, mixed": network,
}


def summary(make, objective):
    best = []
    for seed in range(SEEDS):
        study = optuna.create_study(sampler=make(seed=seed))
        study.optimize(objective, n_trials=TRIALS)
        best.append(study.best_value)
    rounded = lambda value: float(f"{value:.4g}")
    return {"median": rounded(sorted(best)[SEEDS // 2]), "mean": rounded(sum(best) / SEEDS)}


result = {name: {"tpe": summary(optuna.samplers.TPESampler, objective)} for name, objective in TASKS.items()}
print(json.dumps({"version": optuna.__version__, **result}))
