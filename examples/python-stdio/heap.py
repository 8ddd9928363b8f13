"""A first-fit page heap, at the profile safety: npx heapspec conform -- python3 heap.py"""

import json
import sys

PAGE = 8192
INVALID = "MHeap_FreeSpanLocked - invalid span state"


class Heap:
    def __init__(self, config):
        self.start, self.end = config["arenaStart"], config["arenaPages"] * PAGE
        self.live = {}  # end, kind and records of each span, by its base
        self.clock = 1

    def perform(self, op, npages=1, sizeclass=0, base=0, addr=None, ns=0, limit=0, id=0, needzero=False, **_):
        numbers = (npages, sizeclass, base, addr or 0, ns, limit, id)
        if any(isinstance(n, str) for n in numbers):
            return {"refused": "TypeError"}
        if any(n != int(n) or abs(n) >= 2**53 for n in numbers) or npages < 1 or min(ns, limit, id) < 0:
            return {"refused": "RangeError"}
        return getattr(self, op)(int(npages), sizeclass, base, addr, id, ns if op == "tick" else needzero)

    def alloc(self, npages, sizeclass, _base, _addr, _id, needzero, kind="heap"):
        if not 0 <= sizeclass <= 66:
            return {"refused": "RangeError"}
        base = 0
        for start in sorted(self.live):
            if start - base >= npages * PAGE:
                break
            base = self.live[start][0]
        if base + npages * PAGE > self.end:
            return {"ret": None}
        self.live[base] = (base + npages * PAGE, kind, {})
        return {"ret": {"base": base, "zeroed": needzero} if kind == "heap" else {"base": base}}

    def allocStack(self, npages, *_):
        return self.alloc(npages, 0, 0, 0, 0, False, "stack")

    def free(self, _npages, _class, base, *_, kind="heap"):
        if base not in self.live:
            return {"refused": "RangeError"}
        if self.live[base][1] != kind:
            return {"throw": INVALID}
        del self.live[base]
        return {}

    def freeStack(self, npages, sizeclass, base, *_):
        return self.free(npages, sizeclass, base, kind="stack")

    def tick(self, _npages, _class, _base, _addr, _id, ns):
        if self.clock + ns >= 2**53:
            return {"refused": "RangeError"}
        self.clock += ns
        return {}

    def scavenge(self, *_):
        return {"ret": 0}

    freeOSMemory = scavenge

    def at(self, addr):
        return next(((base, *span) for base, span in self.live.items() if base <= addr < span[0]), None)

    def query(self, _npages, _class, _base, addr, *_):
        span = self.at(addr) if addr is not None and self.start + addr != 0 else None
        heap = span is not None and span[2] == "heap"
        found = {"inheap": heap, "inHeapOrStack": span is not None, "lookupMaybe": span[0] if heap else None}
        found["mlookup"] = [span[0], span[1] - span[0]] if heap else None
        return {"ret": {**found, "spanOf": span[0]} if span else found}

    def addFinalizer(self, _npages, _class, _base, addr, id, *_):
        span = self.at(addr)
        if span is None or span[2] != "heap":
            return {"throw": "addspecial on invalid pointer"}
        added = addr not in span[3]
        span[3].setdefault(addr, id)
        return {"ret": {"added": added}}

    def removeFinalizer(self, _npages, _class, _base, addr, *_):
        span = self.at(addr)
        if span is None or span[2] != "heap":
            return {"throw": "removespecial on invalid pointer"}
        span[3].pop(addr, None)
        return {}

    def setProfile(self, _npages, _class, _base, addr, *_):
        span = self.at(addr)
        if span is None or span[2] != "heap":
            return {"throw": "addspecial on invalid pointer"}
        if ("profile", addr) in span[3]:
            return {"throw": "setprofilebucket: profile already set"}
        span[3]["profile", addr] = id
        return {}


def run(config, calls):
    heap, given, answers = Heap(config), {}, []
    for call in calls:
        args = dict(call["args"])
        named = {name: value for name, value in args.items() if isinstance(value, dict)}
        if any(value["of"] not in given for value in named.values()):
            answers.append({"skipped": True})
            continue
        args.update({name: given[value["of"]] + value["offset"] for name, value in named.items()})
        answer = heap.perform(call["op"], **args)
        answers.append(answer)
        if "throw" in answer:
            break  # a dead heap answers no more
        if isinstance(answer.get("ret"), dict) and "base" in answer["ret"] and "id" in call:
            given[call["id"]] = answer["ret"]["base"]
    return answers


for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "start":
        reply = {"type": "started", "protocol": 1, "name": "python", "profile": "safety", "level": "pages"}
    elif message["type"] == "run":
        answers = run(message["config"], message["calls"])
        reply = {"type": "ran", "batch": message["batch"], "answers": answers}
    else:
        break
    print(json.dumps(reply), flush=True)
