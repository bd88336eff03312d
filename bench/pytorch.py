"""The peer: the same networks in PyTorch on the CPU. Reads one request a line, answers each with the best time in ms."""
import json
import sys
import time
import torch


class Network(torch.nn.Module):
    def __init__(self, cell, features, units, layers):
        super().__init__()
        kind = torch.nn.LSTM if cell == "lstm" else torch.nn.GRU
        self.recurrent = kind(features, units, layers, batch_first=True, dropout=0.2 if layers > 1 else 0)
        self.dropout = torch.nn.Dropout(0.2)
        self.linear = torch.nn.Linear(units, 1)

    def forward(self, x):
        return self.linear(self.dropout(self.recurrent(x)[0]))


def network(request):
    torch.manual_seed(0)
    model = Network(request["cell"], request["features"], request["units"], request["layers"])
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, weight_decay=1e-5)
    x = torch.randn(request["batch"], request["steps"], request["features"])
    y = torch.randn(request["batch"], request["steps"], 1)

    def train():
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss.item()

    @torch.no_grad()
    def predict():
        return model(x)

    if request["what"] == "predict":
        model.eval()
    return train if request["what"] == "train" else predict


known = {}
for line in sys.stdin:
    request = json.loads(line)
    if request["what"] == "about":
        print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
        continue
    if request["what"] == "memory":
        import resource
        print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), flush=True)
        continue
    repeats = request.pop("repeats")
    key = json.dumps(request)
    if key not in known:
        known[key] = network(request)
        known[key](), known[key]()
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        known[key]()
        best = min(best, time.perf_counter() - start)
    print(json.dumps(best * 1e3), flush=True)
