"""Trains the two readers of figures in converters/ocr/figures.py and writes their weights beside it.

    python -m benchmarks.figures draw FOLDER_OF_FONTS... --to crops.npz
    python -m benchmarks.figures draw FOLDER_OF_FONTS... --to worn.npz --levels grainy copied photocopy
    python -m benchmarks.figures train crops.npz worn.npz
    python -m benchmarks.figures train crops.npz worn.npz --start figures.npz --epochs 2
    python -m benchmarks.figures train crops.npz worn.npz --channels 24 48 80 112 160 --to figures-large.npz

Needs torch for training only (the weights run in numpy). Faces named in APART are never trained on, so that
the numbers of those faces tell how an unknown face fares.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from converters.ocr import figures
from converters.ocr.ctc import greedy
from converters.ocr.glyphs import UNKNOWN, plain
from converters.ocr.ink import look
from converters.ocr.lines import Usual, lines
from samples import crops

SEED = 10_000_000
APART = (
    *("wqy-zenhei", "uming", "ukai", "LXGWWenKai", "Carlito", "C059", "texgyreheros", "URWBookman"),
    *("STIX", "Gentium"),  # those of samples/scan_faces.py that no reader may learn from
)
# Reports are set upright: a 1 that leans is a slash to the eye.
_LEANING = ("Ital", "Oblique", "Slanted", "Upright")  # styles; those called upright italics lean as well
_OTHERS = (
    "年月日件人公开政府信息申请行政复议诉讼合计总其他不予维持纠正尚未审结中一二三四五六七八九十"
    "ABCDEFabcdef()（）:;*#?@"
)


_ARCS = "()（）"  # what wear leaves of a 0 as well, and cells of figures print more of those


def _text(random: np.random.Generator, face: crops.Face, level: crops.Level) -> tuple[str, str]:
    """Return a text to draw and what is to be read."""
    kind = random.random()
    if kind < 0.02:
        return "", ""
    if kind < 0.04:  # what a typeface prints for a character that it lacks: a box, mostly
        return crops.MISSING, UNKNOWN
    text = crops.figure(random)
    if kind > 0.94:  # agencies that print a mark for none print it in most of their cells
        text = str(random.choice(["-", "—", "/", "/"]))
    if kind < 0.12:  # glyphs that it must not take for a figure
        others = [
            one
            for one in random.choice(list(_OTHERS), int(random.integers(1, 4)))
            if crops.has(face, one) and not (level.hairs[1] and one in _ARCS)
        ]
        if others:
            text = "".join(others) if kind < 0.09 else text + others[0]
    if not all(crops.has(face, one) for one in text):
        text = str(int(random.integers(0, 1000)))
    label = plain(text)
    known = set(figures.CHARACTERS)
    return text, "".join(one if one in known else UNKNOWN for one in label)


def draw(folders: list[str], count: int, names: list[str], seed: int, to: Path) -> None:
    """Draw crops of the levels named and store them as the network sees them."""
    random = np.random.default_rng(seed)
    faces = [
        face
        for face in crops.faces(folders)
        if not face.name.startswith(APART) and not any(style in face.name + face.style for style in _LEANING)
    ]
    families = sorted({Path(face.path).parent.as_posix() for face in faces})
    members = [[face for face in faces if Path(face.path).parent.as_posix() == one] for one in families]
    levels = [crops.LEVELS[name] for name in names]
    bands, labels, start = [], [], time.perf_counter()
    while len(bands) < count:
        # half of all by face, half by package, so that fonts with many weights do not crowd out the others
        by_package = members[int(random.integers(len(members)))]
        pool = by_package if random.random() < 0.5 else faces
        face = pool[int(random.integers(len(pool)))]
        level = levels[int(random.integers(len(levels)))]
        text, label = _text(random, face, level)
        crop = crops.draw(text, face, level, random)
        ink = look(crop.grey)
        found = lines(ink, Usual(height=crop.digit_height))
        if len(found) != 1:
            continue
        least = crop.digit_height * random.uniform(0.7, 1.0)
        band = figures.band(ink, found[0], least_height=least)
        if band.shape[1] <= 320:
            bands.append(np.rint(band * 255).astype(np.uint8))
            labels.append(label)
        if len(bands) % 10000 == 0:
            print(len(bands), round(time.perf_counter() - start), flush=True)
    widths = np.array([band.shape[1] for band in bands])
    np.savez(to, pixels=np.concatenate(bands, axis=1), widths=widths, labels=np.array(labels))


CHANNELS = (12, 24, 40, 56, 80)  # of the smaller reader
KERNELS = ((5, 5), (3, 3), (3, 3), (3, 3), (2, 3))
BATCH = 64
RATE = 3e-3  # of learning, at its fastest; weights that are learned already take a third


class Crops:
    """The stored crops, as batches for training and, a fiftieth of them, for looking how it goes."""

    def __init__(self, sources: Sequence[Path]) -> None:
        parts = []
        for source in sources:
            with np.load(source) as stored:
                parts.append((stored["pixels"], stored["widths"], stored["labels"]))
        pixels, widths, labels = zip(*parts, strict=True)
        self.pixels, self.widths = np.concatenate(pixels, axis=1), np.concatenate(widths)
        self.labels = np.concatenate(labels)
        self.starts = np.concatenate([[0], np.cumsum(self.widths)[:-1]])
        self.random = np.random.default_rng(SEED + 1)
        order = self.random.permutation(len(self.widths))
        self.held, self.taught = np.split(order, [len(order) // 50])

    def batch(self, chosen: np.ndarray, *, moved: bool) -> tuple[np.ndarray, list[str]]:
        """Return crops as one array and their labels; `moved` shifts, lightens and darkens each a little."""
        width = int(-(-(self.widths[chosen].max() + 8) // 16) * 16)
        batch = np.zeros((len(chosen), 1, figures.HEIGHT, width), dtype=np.float32)
        for row, number in enumerate(chosen):
            start, wide = self.starts[number], self.widths[number]
            one = self.pixels[:, start : start + wide].astype(np.float32) / 255
            shift = 0
            if moved:
                shift = int(self.random.integers(0, 8))
                one = np.clip(one * self.random.uniform(0.8, 1.1) + self.random.normal(0, 0.02), 0, 1)
            batch[row, 0, :, shift : shift + wide] = one
        return batch, [str(label) for label in self.labels[chosen]]

    def batches(self, total: int) -> Iterator[tuple[np.ndarray, list[str]]]:
        """Yield batches of crops of like width, which cost less padding: 16 batches are sorted together."""
        order = np.zeros(0, dtype=np.int64)
        done = 0
        while done < total:
            while len(order) < BATCH * 16:
                order = np.concatenate([order, self.random.permutation(self.taught)])
            part, order = order[: BATCH * 16], order[BATCH * 16 :]
            part = part[np.argsort(self.widths[part], kind="stable")]
            for start in self.random.permutation(range(0, BATCH * 16, BATCH)):
                yield self.batch(part[start : start + BATCH], moved=True)
            done += 16


def _network(torch, channels: Sequence[int]):  # torch is there for training only
    """Return the layers, their normalisations, the head, and the function that runs them."""
    nn = torch.nn
    layers = nn.ModuleList(
        nn.Conv2d(before, after, kernel, stride)
        for (before, after), kernel, stride in zip(
            pairwise((1, *channels)), KERNELS, figures.STRIDES, strict=True
        )
    )
    norms = nn.ModuleList(nn.BatchNorm2d(after) for after in channels)
    head = nn.Linear(channels[-1], len(figures.CHARACTERS))
    drop = nn.Dropout(0.1)

    def run(batch):
        for layer, norm, (rows, columns) in zip(layers, norms, KERNELS, strict=True):
            up, left = (rows - 1) // 2, (columns - 1) // 2
            batch = nn.functional.pad(batch, (left, columns - 1 - left, up, rows - 1 - up))
            batch = torch.relu(norm(layer(batch)))
        return head(drop(batch[:, :, 0].transpose(1, 2))).log_softmax(2)

    return nn.ModuleList([layers, norms, head, drop]), run


def train(
    sources: Sequence[Path], epochs: float, channels: Sequence[int], start: Path | None, to: Path
) -> None:
    """Train on stored crops and write the weights in half precision; with `start` from its weights on."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    crops_of = Crops(sources)
    numbers = {one: number for number, one in enumerate(figures.CHARACTERS)}
    model, run = _network(torch, channels)
    if start:
        _load(torch, *model[:3], start)
        model[1].eval()
    total = int(epochs * len(crops_of.taught) / BATCH) // 16 * 16
    fastest = RATE / 3 if start else RATE
    optimiser = torch.optim.AdamW(model.parameters(), lr=fastest, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, fastest, total_steps=total, pct_start=0.15)
    for done, (batch, texts) in enumerate(crops_of.batches(total), start=1):
        logs = run(torch.from_numpy(batch))
        targets = torch.tensor([numbers[one] for text in texts for one in text], dtype=torch.long)
        lengths = torch.tensor([len(text) for text in texts])
        steps = torch.full((len(texts),), logs.shape[1])
        loss = torch.nn.functional.ctc_loss(logs.transpose(0, 1), targets, steps, lengths, zero_infinity=True)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        schedule.step()
        if done % 250 == 0 or done == total:
            model.eval()
            with torch.no_grad():
                share = _wrong(crops_of, lambda batch: run(torch.from_numpy(batch)).exp().numpy())
            model.train()
            model[1].train(not start)
            print(done, total, round(float(loss.detach()), 4), f"{share:.4f} wrong", flush=True)
    _store(*model[:3], to)


def _wrong(crops_of: Crops, run: Callable[[np.ndarray], np.ndarray]) -> float:
    """Return the share of the crops held apart whose likeliest characters are not their label."""
    count = 0
    for start in range(0, len(crops_of.held), 256):
        batch, texts = crops_of.batch(crops_of.held[start : start + 256], moved=False)
        for steps, text in zip(run(batch), texts, strict=True):
            count += greedy(steps, figures.CHARACTERS)[0] != text
    return count / len(crops_of.held)


def _load(torch, layers, norms, head, start: Path) -> None:
    """Put stored weights into the layers; their normalisation begins as none: it is in the weights."""
    with np.load(start) as stored:
        arrays = {name: torch.from_numpy(stored[name].astype(np.float32)) for name in stored.files}
    with torch.no_grad():
        for number, (layer, norm) in enumerate(zip(layers, norms, strict=True)):
            layer.weight.copy_(arrays[f"w{number}"].permute(3, 2, 0, 1))
            layer.bias.copy_(arrays[f"b{number}"])
            norm.weight.fill_(float(np.sqrt(1 + norm.eps)))
        head.weight.copy_(arrays["w"].T)
        head.bias.copy_(arrays["b"])


def _store(layers, norms, head, to: Path) -> None:
    """Write the weights with the normalisation folded into them."""
    arrays = {}
    for number, (layer, norm) in enumerate(zip(layers, norms, strict=True)):
        gain = (norm.weight / (norm.running_var + norm.eps).sqrt()).detach()
        arrays[f"w{number}"] = (layer.weight.detach() * gain[:, None, None, None]).permute(2, 3, 1, 0).numpy()
        arrays[f"b{number}"] = ((layer.bias.detach() - norm.running_mean) * gain + norm.bias.detach()).numpy()
    arrays["w"], arrays["b"] = head.weight.detach().T.numpy(), head.bias.detach().numpy()
    np.savez_compressed(to, **{name: array.astype(np.float16) for name, array in arrays.items()})


def main() -> None:
    """Draw or train."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("folders", nargs="+")
    drawing.add_argument("--count", type=int, default=200_000)
    drawing.add_argument("--levels", nargs="+", choices=crops.LEVELS, default=list(crops.LEVELS))
    drawing.add_argument("--seed", type=int, default=SEED)
    drawing.add_argument("--to", type=Path, required=True)
    training = commands.add_parser("train")
    training.add_argument("sources", type=Path, nargs="+")
    training.add_argument("--epochs", type=float, default=6.0)
    training.add_argument("--channels", type=int, nargs=len(CHANNELS), default=CHANNELS)
    training.add_argument("--start", type=Path, help="go on from these weights")
    training.add_argument("--to", type=Path, default=Path(figures.__file__).with_name("figures.npz"))
    chosen = parser.parse_args()
    if chosen.command == "draw":
        draw(chosen.folders, chosen.count, chosen.levels, chosen.seed, chosen.to)
    else:
        train(chosen.sources, chosen.epochs, chosen.channels, chosen.start, chosen.to)


if __name__ == "__main__":
    main()
