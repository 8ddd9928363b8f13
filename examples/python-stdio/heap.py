"""A first-fit page heap, at the profile safety: npx heapspec conform -- python3 heap.py"""

import json
import sys


def perform(heap, op, npages=1, sizeclass=0, needzero=False, base=0, addr=None, ns=0, limit=0, id=0, **_):
    numbers = (npages, sizeclass, addr or 0, heap["clock"] + ns, limit, id)
    assert all(n == int(n) and abs(n) < 2**53 for n in numbers) and min(sizeclass, ns, limit, id) >= 0
    heap["clock"] += ns
    addr, spans = heap["nil"] if addr is None else addr, heap["spans"]
    at = next((at for at, (end, *_) in spans.items() if at <= addr < end), None)
    end, freed_by, attached = spans.get(at, (0, None, set()))
    if op in ("alloc", "allocStack"):
        assert 1 <= npages <= 2**39 and sizeclass <= 66
        gaps = zip([0, *sorted(end for end, *_ in spans.values())], [*sorted(spans), heap["end"]])
        base = next((gap for gap, end in gaps if end - gap >= npages * 8192), None)
        if base is None:
            return {"ret": None}
        spans[base] = base + int(npages) * 8192, op.replace("alloc", "free"), set()
        return {"ret": {"base": base} if op == "allocStack" else {"base": base, "zeroed": needzero}}
    if op in ("free", "freeStack"):
        assert spans[base][1] == op
        del spans[base]
    elif op == "query":
        known, in_heap = at is not None and addr != heap["nil"], freed_by == "free" and addr != heap["nil"]
        found = {"inheap": in_heap, "inHeapOrStack": known, "lookupMaybe": at if in_heap else None}
        found["mlookup"] = [at, end - at] if in_heap else None
        return {"ret": {**found, "spanOf": at} if known else found}
    elif op in ("addFinalizer", "setProfile", "removeFinalizer"):
        is_new, thing = (op, addr) not in attached, (op.replace("remove", "add"), addr)
        assert freed_by == "free" and (is_new or op == "addFinalizer")
        (attached.discard if op == "removeFinalizer" else attached.add)(thing)
        return {"ret": {"added": is_new}} if op == "addFinalizer" else {}
    return {"ret": 0} if op in ("scavenge", "freeOSMemory") else {}


def answer(heap, given, op, args, id=None):
    places = {name: value for name, value in args.items() if isinstance(value, dict)}
    if not all(place["of"] in given for place in places.values()):
        return {"skipped": True}
    args.update({name: given[place["of"]] + place["offset"] for name, place in places.items()})
    try:
        done = perform(heap, op, **args)
    except (AssertionError, KeyError, TypeError, ValueError):
        return {"refused": "RangeError"}
    if op.startswith("alloc") and done["ret"]:
        given[id] = done["ret"]["base"]
    return done


for message in map(json.loads, sys.stdin):
    if message["type"] == "start":
        reply = {"type": "started", "protocol": 1, "name": "python", "profile": "safety", "level": "pages"}
    elif message["type"] == "run":
        config, given = message["config"], {}
        heap = {"spans": {}, "clock": 1, "nil": -config["arenaStart"], "end": config["arenaPages"] * 8192}
        reply = {"type": "ran", "batch": message["batch"]}
        reply["answers"] = [answer(heap, given, **call) for call in message["calls"]]
    else:
        break
    print(json.dumps(reply), flush=True)
