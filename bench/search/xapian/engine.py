"""Xapian as an engine of bench/search, which says how it is spoken to (engine.go).

Needs Debian's python3-xapian. Terms are stemmed as Xapian's own parser does it: each
word as written, with its position, and its stem with a Z before it.
"""

import sys
import time

import xapian

AT, SOURCE, DAY = 0, 1, 2  # value slots
HITS = 10
COMMIT = 50_000  # five times Xapian's default: a million items take hours with it


def stopper(path):
    s = xapian.SimpleStopper()
    with open(path) as f:
        for word in f.read().split():
            s.add(word)
    return s


def build(archive, index, stop_words):
    db = xapian.WritableDatabase(index, xapian.DB_CREATE_OR_OPEN)
    stop = stopper(stop_words)
    gen = xapian.TermGenerator()
    gen.set_stemmer(xapian.Stem("english"))
    gen.set_stopper(stop)
    with open(archive, encoding="utf-8", newline="\n") as f:
        for i, line in enumerate(f):
            at, source, _lang, _url, title, body = line.rstrip("\n").split("\t", 5)
            body = body.replace("\x1e", "\n")
            doc = xapian.Document()
            gen.set_document(doc)
            gen.set_termpos(0)
            gen.index_text(title, 4)
            gen.increase_termpos()
            gen.index_text(body)
            doc.add_value(AT, xapian.sortable_serialise(int(at)))
            doc.add_value(SOURCE, source)
            doc.add_value(DAY, str(int(at) // 86400))
            doc.set_data(body)
            db.add_document(doc)
            if i % COMMIT == COMMIT - 1:
                db.commit()
    db.commit()
    db.close()


class Asker:
    def __init__(self, index):
        self.db = xapian.Database(index)
        self.stem = xapian.Stem("english")

    def query(self, kind, words, since):
        stems = ["Z" + self.stem(w.encode()).decode() for w in words]
        if kind == "everything":
            q = xapian.Query.MatchAll
        elif kind == "phrase":
            q = xapian.Query(xapian.Query.OP_PHRASE, words)
        elif kind == "all":
            q = xapian.Query(xapian.Query.OP_AND, stems)
        else:
            q = xapian.Query(xapian.Query.OP_OR, stems)
        if since:
            recent = xapian.Query(xapian.Query.OP_VALUE_GE, AT, xapian.sortable_serialise(since))
            q = xapian.Query(xapian.Query.OP_FILTER, q, recent)
        return q

    def ask(self, kind, words, since):
        enquire = xapian.Enquire(self.db)
        enquire.set_query(self.query(kind, words, since))
        if kind in ("new", "everything"):
            enquire.set_weighting_scheme(xapian.BoolWeight())
            enquire.set_sort_by_value(AT, True)
        check = 0
        spies = []
        if kind in ("facets", "status"):
            spies = [xapian.ValueCountMatchSpy(SOURCE), xapian.ValueCountMatchSpy(DAY)]
            for spy in spies:
                enquire.add_matchspy(spy)
            check = self.db.get_doccount()
        mset = enquire.get_mset(0, HITS, check)
        hits, chars = [], 0
        for m in mset:
            hits.append(str(int(xapian.sortable_unserialise(m.document.get_value(AT)))))
            if kind in ("highlights", "status"):
                chars += len(mset.snippet(m.document.get_data().decode(), 320, self.stem))
        for spy in spies:
            for item in spy.values():
                item.termfreq
        low, high = mset.get_matches_lower_bound(), mset.get_matches_upper_bound()
        return low if low == high else -1, hits, chars


def serve(index):
    begin = time.perf_counter_ns()
    asker = Asker(index)
    print("ready", time.perf_counter_ns() - begin, sep="\t", flush=True)
    for line in sys.stdin:
        kind, words, since = line.rstrip("\n").split("\t")
        if kind in ("news", "command"):
            print("-", flush=True)
            continue
        begin = time.perf_counter_ns()
        try:
            total, hits, chars = asker.ask(kind, words.split(), int(since))
        except xapian.Error as e:
            print(f"!{e}".replace("\n", " ").replace("\t", " "), flush=True)
            continue
        took = time.perf_counter_ns() - begin
        print(took, total, ",".join(hits), chars, sep="\t", flush=True)


def main(args):
    if len(args) == 4 and args[0] == "build":
        begin = time.perf_counter()
        build(*args[1:])
        print(time.perf_counter() - begin)
    elif len(args) == 3 and args[0] == "ask":
        serve(args[1])
    else:
        sys.exit(f"{args}: build ARCHIVE INDEX STOPWORDS, or ask INDEX STOPWORDS")


main(sys.argv[1:])
