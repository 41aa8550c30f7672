#!/usr/bin/env python3
"""Plain PyTorch (>= 1.13) on the peers' workloads.

  CPU:   python pytorch.py --threads 1
         python pytorch.py --threads 2 --channels-last --only resnet20
  CUDA:  python pytorch.py --device cuda                      (ResNet-20 at batch 128, 512, 1024)
         python pytorch.py --device cuda --amp bf16 --channels-last --compile --cuda-graph
         python pytorch.py --device cuda --sweep              (every combination of the four options)

One process measures one thread count. CSV goes to stdout; losses (a check that it really trains) and
remarks go to stderr.
"""
import argparse
import inspect
import itertools
import statistics
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

CLASSES = 100
LEARNING_RATE = 0.02


class BasicBlock(nn.Module):
    def __init__(self, cin, cout, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cout)
        self.conv2 = nn.Conv2d(cout, cout, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(cout)
        self.shortcut = nn.Sequential()
        if stride != 1 or cin != cout:
            self.shortcut = nn.Sequential(nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x), inplace=True)


class ResNet(nn.Module):
    def __init__(self, widths, blocks):
        super().__init__()
        self.conv = nn.Conv2d(3, widths[0], 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(widths[0])
        layers, cin = [], widths[0]
        for stage, width in enumerate(widths):
            for i in range(blocks):
                layers.append(BasicBlock(cin, width, 2 if stage > 0 and i == 0 else 1))
                cin = width
        self.layers = nn.Sequential(*layers)
        self.fc = nn.Linear(cin, CLASSES)

    def forward(self, x):
        y = self.layers(F.relu(self.bn(self.conv(x)), inplace=True))
        return self.fc(torch.flatten(F.adaptive_avg_pool2d(y, 1), 1))


def resnet20():
    return ResNet((16, 32, 64), 3)


def resnet18():
    return ResNet((64, 128, 256, 512), 2)


def cnn():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(576, 128), nn.ReLU(), nn.Linear(128, CLASSES))


# name -> model, parameters, batch
WORKLOADS = {"resnet20": (resnet20, 278_324, 128), "cnn": (cnn, 88_148, 64), "resnet18": (resnet18, 11_220_132, 32)}


def say(*words):
    print(*words, file=sys.stderr, flush=True)


class Peer:
    """One configuration: where it runs, and with which of PyTorch's speed options."""

    def __init__(self, args, amp, channels_last, compiled, cuda_graph):
        self.args, self.amp, self.channels_last = args, amp, channels_last
        self.compiled, self.cuda_graph = compiled, cuda_graph
        self.cuda = args.device.startswith("cuda")
        self.device = torch.device(args.device)
        options = [o for o, on in (("tf32", self.cuda and args.tf32), ("bf16", amp == "bf16"),
                                   ("channels-last", channels_last), ("compile", compiled),
                                   ("cuda-graph", cuda_graph)) if on]
        if args.optimizer != "default":
            options.append(args.optimizer + "-sgd")
        if args.label:
            options.append(args.label)
        self.name = "+".join(["pytorch-cuda" if self.cuda else "pytorch-python"] + options)
        # On a GPU the steps are launched ahead; waiting after each one would measure the launches, so a
        # sample there is a group of steps between two synchronizations.
        self.group = args.group or (10 if self.cuda else 1)

    def sync(self):
        if self.cuda:
            torch.cuda.synchronize(self.device)

    def autocast(self):
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.amp == "bf16")

    def model(self, workload):
        build, parameters, _ = WORKLOADS[workload]
        torch.manual_seed(1)
        model = build()
        count = sum(p.numel() for p in model.parameters())
        assert count == parameters, f"{workload}: {count} parameters, not {parameters}"
        model = model.to(self.device)
        return model.to(memory_format=torch.channels_last) if self.channels_last else model

    def data(self, batch):
        g = torch.Generator().manual_seed(2)
        x = torch.randn(batch, 3, 32, 32, generator=g).to(self.device)
        y = torch.randint(0, CLASSES, (batch,), generator=g).to(self.device)
        return (x.contiguous(memory_format=torch.channels_last) if self.channels_last else x), y

    def sgd(self, parameters):
        options = {}
        if self.args.optimizer != "default":
            assert self.args.optimizer in inspect.signature(torch.optim.SGD).parameters, "no such SGD in this torch"
            options[self.args.optimizer] = True
        return torch.optim.SGD(parameters, lr=LEARNING_RATE, momentum=0.9, weight_decay=5e-4, **options)

    def train(self, workload, batch):
        model = self.model(workload).train()
        optimizer = self.sgd(model.parameters())
        x, y = self.data(batch)
        forward = torch.compile(model) if self.compiled else model

        def step():
            optimizer.zero_grad(set_to_none=True)
            with self.autocast():
                loss = F.cross_entropy(forward(x), y)
            loss.backward()
            optimizer.step()
            return loss

        first = step().item()
        if self.cuda_graph:
            step, replayed = self.captured(step)
        rate = self.measure(step, batch)
        last = (replayed if self.cuda_graph else step()).item()
        say(f"{self.name} {workload}: loss {first:.4f} -> {last:.4f}")
        assert last < first, "it does not train"
        self.csv(workload, "train", batch, rate)

    def infer(self, workload, batch):
        model = self.model(workload).eval()
        x, _ = self.data(batch)
        forward = torch.compile(model) if self.compiled else model

        def step():
            with torch.inference_mode(), self.autocast():
                return forward(x)

        step()
        if self.cuda_graph:
            step, _ = self.captured(step)
        self.csv(workload, "infer", batch, self.measure(step, batch))

    def captured(self, step):
        """The whole step as one CUDA graph over fixed buffers: the callable that replays it, and its output."""
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                step()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            output = step()
        return graph.replay, output

    def measure(self, step, items):
        """items/s: (median, best) over the samples."""
        a = self.args
        for _ in range(a.warmup):
            step()
        self.sync()
        rates, begin = [], time.perf_counter()
        while True:
            t = time.perf_counter()
            for _ in range(self.group):
                step()
            self.sync()
            now = time.perf_counter()
            rates.append(self.group * items / (now - t))
            spent = now - begin
            if (len(rates) >= a.steps and spent >= a.min_seconds) or (len(rates) >= 5 and spent >= a.max_seconds):
                return statistics.median(rates), max(rates)

    def gemm(self, n):
        g = torch.Generator().manual_seed(3)
        dtype = torch.bfloat16 if self.amp == "bf16" else torch.float32
        p, q = (torch.randn(n, n, generator=g).to(self.device, dtype) for _ in range(2))
        out = torch.empty(n, n, device=self.device, dtype=dtype)
        median, best = self.measure(lambda: torch.mm(p, q, out=out), 2e-9 * n ** 3)
        self.csv(f"gemm{n}", "gflops", n, (median, best))

    def csv(self, workload, mode, batch, rate):
        threads = "" if self.cuda else torch.get_num_threads()
        print(f"{self.name},{torch.__version__},{workload},{mode},{threads},{batch},{rate[0]:.1f},{rate[1]:.1f}",
              flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--device", default="cpu")
    p.add_argument("--threads", type=int, default=1, help="CPU threads (CPU only)")
    p.add_argument("--only", default="", help="comma-separated: gemm, resnet20, resnet20-infer, cnn, resnet18")
    p.add_argument("--batch", default="", help="comma-separated batch sizes instead of the workload's own")
    p.add_argument("--amp", choices=["off", "bf16"], default="off")
    p.add_argument("--channels-last", action="store_true")
    p.add_argument("--compile", action="store_true", help="torch.compile the model (torch >= 2)")
    p.add_argument("--cuda-graph", action="store_true", help="replay the whole training step as one CUDA graph")
    p.add_argument("--tf32", action="store_true", help="allow TF32 in fp32 convolutions and matmuls (CUDA)")
    p.add_argument("--optimizer", choices=["default", "foreach", "fused"], default="default")
    p.add_argument("--sweep", action="store_true", help="every combination of amp, channels-last, compile, cuda-graph")
    p.add_argument("--label", default="", help="added to the peer's name in the CSV")
    p.add_argument("--warmup", type=int, default=5)
    p.add_argument("--steps", type=int, default=20, help="samples at the least")
    p.add_argument("--min-seconds", type=float, default=3.0)
    p.add_argument("--max-seconds", type=float, default=60.0, help="stop after this time once 5 samples are in")
    p.add_argument("--group", type=int, default=0, help="steps a sample (default 1 on CPU, 10 on CUDA)")
    args = p.parse_args()

    cuda = args.device.startswith("cuda")
    if args.cuda_graph and not cuda:
        p.error("--cuda-graph needs --device cuda")
    if args.compile and not hasattr(torch, "compile"):
        p.error("--compile needs torch >= 2")
    if cuda:
        torch.backends.cudnn.benchmark = True
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = args.tf32
        say(torch.cuda.get_device_name())
    else:
        torch.set_num_threads(args.threads)
        torch.set_num_interop_threads(1)
        say(torch.__config__.show())

    only = args.only.split(",") if args.only else (
        ["gemm", "resnet20", "resnet20-infer"] + ([] if cuda else ["cnn", "resnet18"]))
    if args.sweep:
        combinations = list(itertools.product(["off", "bf16"], [False, True],
                                              [False, True] if hasattr(torch, "compile") else [False],
                                              [False, True] if cuda else [False]))
    else:
        combinations = [(args.amp, args.channels_last, args.compile, args.cuda_graph)]
    for combination in combinations:
        peer = Peer(args, *combination)
        for item in only:
            if item == "gemm":
                peer.gemm(8192 if cuda else 1024)
                continue
            name = item[:-len("-infer")] if item.endswith("-infer") else item
            sizes = [int(b) for b in args.batch.split(",")] if args.batch else (
                [128, 512, 1024] if cuda and name == "resnet20" else [WORKLOADS[name][2]])
            for batch in sizes:
                try:
                    (peer.infer if item.endswith("-infer") else peer.train)(name, batch)
                except Exception as e:  # one configuration that fails must not stop a sweep
                    if not args.sweep:
                        raise
                    say(f"{peer.name} {item} batch {batch}: {type(e).__name__}: {e}")


if __name__ == "__main__":
    main()
