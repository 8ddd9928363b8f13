import { clause, type Theme } from './clause.js';

/** Finalizers and profile records. */
export const SPECIALS: Theme = {
  name: 'specials',
  title: 'Special records',
  about: 'An object can have a finalizer and a profile record. They hang on its span.',
  clauses: [
    clause('specials.finalizer', {
      text: 'An object without a finalizer gets one: it stands in the list of its span, with its offset and kind 1, and its record counts.',
      source: 'mheap.go:1227',
      profile: 'structure',
      invariants: ['accounting.finalizer-records', 'specials.well-formed', 'objects.same-specials'],
      shapes: ['specials/finalizer-added'],
      traces: ['objects-mixed-0'],
      example: `
      s1 = alloc 1
      addFinalizer s1+8 id 5   #= result.added = true; finalizersInUse = 1; spans[@0].specials = [[8, 1]]
      `,
    }),
    clause('specials.finalizer.second', {
      text: 'A second finalizer at the same address is not added, and its record goes back.',
      source: 'mheap.go:1259',
      profile: 'safety',
      invariants: ['accounting.finalizer-records'],
      shapes: ['specials/finalizer-duplicate'],
      traces: ['objects-mixed-0'],
      example: `
      s1 = alloc 1
      addFinalizer s1 id 5
      addFinalizer s1 id 6     #= result.added = false; finalizersInUse = 1
      `,
    }),
    clause('specials.finalizer.removed', {
      text: 'A finalizer is taken off by its exact address.',
      source: 'mheap.go:1267',
      profile: 'structure',
      invariants: ['accounting.finalizer-records', 'objects.same-specials'],
      shapes: ['specials/finalizer-removed'],
      traces: ['objects-mixed-0'],
      example: `
      s1 = alloc 1
      addFinalizer s1+8 id 5
      removeFinalizer s1       #= finalizersInUse = 1
      removeFinalizer s1+8     #= finalizersInUse = 0; spans[@0].specials = nothing
      `,
    }),
    clause('specials.finalizer.absent', {
      text: 'To take off a finalizer that is not there does nothing; a profile record at the address stays.',
      source: 'mheap.go:1269',
      profile: 'structure',
      shapes: ['specials/finalizer-absent'],
      traces: ['objects-mixed-0'],
      example: `
      s1 = alloc 1
      setProfile s1 id 5
      removeFinalizer s1       #= spans[@0].specials = [[0, 2]]; profilesInUse = 1
      `,
    }),
    clause('specials.profile', {
      text: 'An object gets a profile record, of kind 2.',
      source: 'mheap.go:1286',
      profile: 'structure',
      invariants: ['accounting.profile-records', 'specials.well-formed', 'objects.same-specials'],
      shapes: ['specials/profile-set'],
      traces: ['objects-mixed-0'],
      example: `
      s1 = alloc 1
      setProfile s1+16 id 5    #= profilesInUse = 1; spans[@0].specials = [[16, 2]]
      `,
    }),
    clause('specials.profile.second', {
      text: 'A second profile record at the same address is fatal.',
      source: 'mheap.go:1293',
      profile: 'safety',
      shapes: ['misuse/profile-twice'],
      traces: ['throws-double-profile'],
      example: `
      s1 = alloc 1
      setProfile s1 id 5
      setProfile s1 id 5 ! fatal "setprofilebucket: profile already set"
      `,
    }),
    clause('specials.order', {
      text: 'The records of a span are in order of their offsets, and at one offset the finalizer stands first.',
      source: 'mheap.go:1157',
      profile: 'structure',
      invariants: ['specials.sorted'],
      shapes: ['specials/several', 'specials/finalizer-and-profile'],
      traces: ['objects-mixed-0'],
      example: `
      s1 = alloc 1
      setProfile s1+16 id 1
      setProfile s1+8 id 2
      addFinalizer s1+16 id 3  #= spans[@0].specials = [[8, 2], [16, 1], [16, 2]]
      `,
    }),
    clause('specials.short-offset', {
      text: 'A record keeps 16 bits of its offset, though its place in the list goes by all of it. So a finalizer beyond 64 KiB can be added twice.',
      source: 'mheap.go:1164',
      level: 'detail',
      profile: 'structure',
      shapes: ['specials/long-offset'],
      traces: ['objects-mixed-0'],
      example: `
      s1 = alloc 9
      addFinalizer s1+65544 id 1   #= spans[@0].specials = [[8, 1]]
      addFinalizer s1+65544 id 2   #= result.added = true; spans[@0].specials = [[8, 1], [8, 1]]
      removeFinalizer s1+65544     #= finalizersInUse = 2
      removeFinalizer s1+8         #= finalizersInUse = 1
      `,
    }),
    clause('specials.short-offset.other', {
      text: 'So a record of a small object that lies behind 64 KiB of its span hangs on another object, and keeps that alive.',
      source: 'mheap.go:1164',
      level: 'detail',
      profile: 'structure',
      shapes: ['specials/cut-to-other'],
      example: `
      malloc 27264
      malloc 27264
      o3 = malloc 27264
      addFinalizer o3+11008 id 1   #= spans[@0].specials = [[0, 1]]
      gcStart
      mark o3
      gcEnd                        #= finalizers = [[0, 1]]; spans[@0].allocCount = 2; spans[@0].specials = nothing
      `,
    }),
    clause('specials.short-offset.apart', {
      text: 'The records of one object, which may stand apart then, are handled together all the same.',
      source: 'Sweeping a span',
      level: 'detail',
      profile: 'structure',
      shapes: ['afterlife/records-apart'],
      example: `
      o1 = malloc 27264
      o2 = malloc 27264
      o3 = malloc 27264
      setProfile o1 id 1
      setProfile o2 id 2
      addFinalizer o3+11108 id 3   #= spans[@0].specials = [[0, 2], [27264, 2], [100, 1]]
      gcStart
      mark o2
      mark o3
      gcEnd                        #= finalizers = [[100, 3]]; profiles = []; spans[@0].specials = [[0, 2], [27264, 2]]
      `,
    }),
    clause('specials.nowhere', {
      text: 'To attach a record where no object can be, outside the arena, in a stack, in a free span or behind the limit, is fatal.',
      source: 'mheap.go:1131',
      profile: 'safety',
      shapes: [
        'misuse/special-outside',
        'misuse/special-on-stack',
        'misuse/special-on-free-page',
        'misuse/special-past-limit',
      ],
      traces: ['throws-finalizer-on-stack', 'throws-finalizer-outside', 'throws-special-past-limit'],
      example: `
      s1 = allocStack 1
      addFinalizer s1 id 1 ! fatal "addspecial on invalid pointer"
      `,
    }),
    clause('specials.nowhere.remove', {
      text: 'To take a finalizer off where no object can be is fatal too.',
      source: 'mheap.go:1179',
      profile: 'safety',
      shapes: ['misuse/removal-off-objects'],
      traces: ['throws-removefinalizer-below'],
      example: `
      removeFinalizer @-8 ! fatal "removespecial on invalid pointer"
      `,
    }),
    clause('specials.nowhere.counted', {
      text: 'The record that a fatal attachment was to use stays in use.',
      source: 'mheap.go:1228',
      level: 'detail',
      profile: 'accounting',
      traces: ['throws-finalizer-outside', 'throws-double-profile'],
      example: `
      addFinalizer @0 id 1 ! fatal "addspecial on invalid pointer"
                           #= finalizersInUse = 1
      `,
    }),
    clause('specials.inherited', {
      text: 'Freeing a span does not look at its records: they hang on its record, and are back when that is used for a heap span without having been initialised.',
      source: 'mheap.go:868',
      level: 'detail',
      profile: 'structure',
      shapes: ['specials/span-freed', 'specials/inherited'],
      example: `
      s1 = alloc 1
      addFinalizer s1 id 1
      free s1              #= finalizersInUse = 1; spans[@0].specials = nothing
      alloc 1              #= spans[@0].specials = [[0, 1]]
      `,
    }),
    clause('specials.sweep-first', {
      text: 'A span that is still to be swept is swept before a record is attached to it or taken off.',
      source: 'mheap.go:1134',
      profile: 'placement',
      shapes: ['sweeping/for-special'],
      traces: ['objects-mixed-0', 'interleaved-0'],
      example: `
      o1 = malloc 40000
      gcStart
      mark o1
      gcEnd distance 1048576
      addFinalizer o1 id 1 #= claims = [0]; spans[@0].sweepgen = 0; spans[@0].specials = [[0, 1]]
      `,
    }),
    clause('specials.scanned', {
      text: 'A finalizer that is added while objects are marked has the object scanned in which it stands, which counts as a lookup.',
      source: 'Specials',
      profile: 'placement',
      shapes: ['cycle/finalizer-while-marking'],
      traces: ['objects-mixed-0'],
      example: `
      o1 = malloc 1024
      o2 = malloc 1024
      addFinalizer o1 id 1     #= result = {"added": true}
      gcStart
      addFinalizer o2+8 id 2   #= result = {"added": true, "scanned": 1024}; mcache[0].counters.nlookup = 1
      addFinalizer o2+8 id 3   #= result = {"added": false}
      `,
    }),
  ],
};
