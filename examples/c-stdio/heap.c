/*
 * A first-fit page heap that speaks heapspec's protocol, at the profile safety.
 *
 *   gcc -O2 -o heap heap.c -lm && npx heapspec conform -- ./heap
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 8192.0
#define EXACT 9007199254740991.0

/* Reading JSON: `skip` goes behind a value, `member` goes to the value of a key. */

static const char *skip(const char *at) {
  if (*at == '"') {
    for (at++; *at != '"'; at++) at += *at == '\\';
    return at + 1;
  }
  if (*at != '{' && *at != '[') return at + strcspn(at, ",]}");
  char last = *at == '{' ? '}' : ']';
  for (at++; *at != last;) {
    at = skip(at);
    if (*at == ':' || *at == ',') at++;
  }
  return at + 1;
}

static const char *member(const char *object, const char *key) {
  size_t length = strlen(key);
  for (const char *at = object + 1; *at != '}';) {
    const char *value = skip(at) + 1;
    if (!strncmp(at + 1, key, length) && at[length + 1] == '"') return value;
    at = skip(value);
    if (*at == ',') at++;
  }
  return NULL;
}

/* The heap: spans in address order, and what is attached to them. */

enum kind { HEAP, STACK };

typedef struct span {
  double base, end;
  enum kind kind;
  struct record *records;
  struct span *next;
} span;

typedef struct record {
  double addr;
  char kind;
  struct record *next;
} record;

static struct { double start, end, clock; span *spans; } heap;

/* What each call gave, by its id; NAN where nothing. */
static double *given;
static long givens;

static void forget(void) {
  while (heap.spans != NULL) {
    span *gone = heap.spans;
    heap.spans = gone->next;
    for (record *r = gone->records; r != NULL;) {
      record *next = r->next;
      free(r);
      r = next;
    }
    free(gone);
  }
  for (long i = 0; i < givens; i++) given[i] = NAN;
}

static void give(long id, double base) {
  if (id >= givens) {
    long more = id * 2 + 64;
    given = realloc(given, more * sizeof *given);
    for (long i = givens; i < more; i++) given[i] = NAN;
    givens = more;
  }
  given[id] = base;
}

static span *at(double addr) {
  for (span *s = heap.spans; s != NULL; s = s->next)
    if (s->base <= addr && addr < s->end) return s;
  return NULL;
}

static record *find(span *s, double addr, char kind) {
  for (record *r = s->records; r != NULL; r = r->next)
    if (r->addr == addr && r->kind == kind) return r;
  return NULL;
}

static void attach(span *s, double addr, char kind) {
  record *r = malloc(sizeof *r);
  *r = (record){addr, kind, s->records};
  s->records = r;
}

/* Answers. */

static bool refuses(double value, double least, double most, bool isText) {
  bool isSound = value == floor(value) && value >= least && value <= most;
  if (isText) fputs("{\"refused\":\"TypeError\"}", stdout);
  else if (!isSound) fputs("{\"refused\":\"RangeError\"}", stdout);
  return isText || !isSound;
}

static bool dies(const char *message) {
  printf("{\"throw\":\"%s\"}", message);
  return false;
}

static void allocate(double npages, enum kind kind, long id, bool zeroed) {
  span **after = &heap.spans;
  double base = 0;
  for (; *after != NULL && (*after)->base - base < npages * PAGE; after = &(*after)->next) base = (*after)->end;
  if (base + npages * PAGE > heap.end) {
    fputs("{\"ret\":null}", stdout);
    return;
  }
  span *made = malloc(sizeof *made);
  *made = (span){base, base + npages * PAGE, kind, NULL, *after};
  *after = made;
  give(id, base);
  printf("{\"ret\":{\"base\":%.0f", base);
  if (kind == HEAP) printf(",\"zeroed\":%s", zeroed ? "true" : "false");
  fputs("}}", stdout);
}

static bool release(double base, enum kind kind) {
  span **link = &heap.spans;
  while (*link != NULL && (*link)->base != base) link = &(*link)->next;
  span *s = *link;
  if (s == NULL) {
    fputs("{\"refused\":\"RangeError\"}", stdout);
    return true;
  }
  if (s->kind != kind) return dies("MHeap_FreeSpanLocked - invalid span state");
  *link = s->next;
  free(s);
  fputs("{}", stdout);
  return true;
}

static void query(double addr, bool isNil) {
  span *s = isNil || heap.start + addr == 0 ? NULL : at(addr);
  bool inheap = s != NULL && s->kind == HEAP;
  printf("{\"ret\":{\"inheap\":%s,\"inHeapOrStack\":%s", inheap ? "true" : "false", s != NULL ? "true" : "false");
  if (inheap) printf(",\"lookupMaybe\":%.0f,\"mlookup\":[%.0f,%.0f]", s->base, s->base, s->end - s->base);
  else fputs(",\"lookupMaybe\":null,\"mlookup\":null", stdout);
  if (s != NULL) printf(",\"spanOf\":%.0f", s->base);
  fputs("}}", stdout);
}

static bool records(const char *op, double addr) {
  span *s = at(addr);
  bool removes = op[0] == 'r';
  if (s == NULL || s->kind != HEAP) return dies(removes ? "removespecial on invalid pointer" : "addspecial on invalid pointer");
  char kind = op[0] == 's' ? 'p' : 'f';
  record *known = find(s, addr, kind);
  if (kind == 'p' && known != NULL) return dies("setprofilebucket: profile already set");
  if (removes && known != NULL) known->kind = 0;
  if (!removes && known == NULL) attach(s, addr, kind);
  if (op[0] == 'a') printf("{\"ret\":{\"added\":%s}}", known == NULL ? "true" : "false");
  else fputs("{}", stdout);
  return true;
}

/* The value of an argument: a number, or so many bytes from what a call gave. */
static double number(const char *args, const char *name, double otherwise, bool *isText, bool *isMissing) {
  const char *value = member(args, name);
  if (value == NULL) return otherwise;
  if (*value == '"') *isText = true;
  if (*value != '{') return strtod(value, NULL);
  long of = strtol(member(value, "of"), NULL, 10);
  if (of >= givens || isnan(given[of])) *isMissing = true;
  return *isMissing ? 0 : given[of] + strtod(member(value, "offset"), NULL);
}

/* Performs a call and writes its answer; false where the heap is dead. */
static bool perform(const char *call) {
  char op[32];
  sscanf(member(call, "op"), "\"%31[a-zA-Z]", op);
  const char *args = member(call, "args"), *id = member(call, "id"), *zero = member(args, "needzero");
  bool isText = false, isMissing = false;
  double npages = number(args, "npages", 1, &isText, &isMissing);
  double sizeclass = number(args, "sizeclass", 0, &isText, &isMissing);
  double base = number(args, "base", 0, &isText, &isMissing);
  double addr = number(args, "addr", 0, &isText, &isMissing);
  double ns = number(args, "ns", 0, &isText, &isMissing);
  double limit = number(args, "limit", 0, &isText, &isMissing);
  if (isMissing) {
    fputs("{\"skipped\":true}", stdout);
    return true;
  }
  if (refuses(npages, 1, 549755813888.0, isText) || refuses(sizeclass, 0, 66, false)) return true;
  if (refuses(base, -EXACT, EXACT, false) || refuses(addr, -EXACT, EXACT, false)) return true;
  if (refuses(ns, 0, EXACT - heap.clock, false) || refuses(limit, 0, EXACT, false)) return true;
  if (!strncmp(op, "alloc", 5)) {
    allocate(npages, op[5] == 'S' ? STACK : HEAP, id == NULL ? 0 : strtol(id, NULL, 10), zero != NULL && *zero == 't');
  } else if (!strcmp(op, "free")) return release(base, HEAP);
  else if (!strcmp(op, "freeStack")) return release(base, STACK);
  else if (!strcmp(op, "query")) query(addr, member(args, "addr") == NULL);
  else if (!strcmp(op, "scavenge") || !strcmp(op, "freeOSMemory")) fputs("{\"ret\":0}", stdout);
  else if (!strcmp(op, "tick")) {
    heap.clock += ns;
    fputs("{}", stdout);
  } else return records(op, addr);
  return true;
}

int main(void) {
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) > 0) {
    const char *type = member(line, "type");
    if (!strncmp(type, "\"start\"", 7)) {
      puts("{\"type\":\"started\",\"protocol\":1,\"name\":\"c\",\"profile\":\"safety\",\"level\":\"pages\"}");
    } else if (!strncmp(type, "\"run\"", 5)) {
      const char *config = member(line, "config");
      forget();
      heap.clock = 1;
      heap.start = strtod(member(config, "arenaStart"), NULL);
      heap.end = strtod(member(config, "arenaPages"), NULL) * PAGE;
      printf("{\"type\":\"ran\",\"batch\":%ld,\"answers\":[", strtol(member(line, "batch"), NULL, 10));
      bool isAlive = true;
      for (const char *call = member(line, "calls") + 1; *call == '{' && isAlive;) {
        isAlive = perform(call);
        call = skip(call);
        if (*call == ',') {
          call++;
          if (isAlive) putchar(',');
        }
      }
      puts("]}");
    } else {
      break;
    }
    fflush(stdout);
  }
  return 0;
}
