import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.facet.FacetResult;
import org.apache.lucene.facet.Facets;
import org.apache.lucene.facet.FacetsCollector;
import org.apache.lucene.facet.FacetsConfig;
import org.apache.lucene.facet.sortedset.DefaultSortedSetDocValuesReaderState;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetCounts;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesFacetField;
import org.apache.lucene.facet.sortedset.SortedSetDocValuesReaderState;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.store.FSDirectory;

/**
 * Lucene as an engine of bench/search, which says how it is spoken to (engine.go).
 * Needs Debian's liblucene8-java and default-jdk-headless.
 */
public class Engine {
    static final int HITS = 10;
    static final int COMMIT = 10_000;

    public static void main(String[] args) throws Exception {
        if (args.length == 4 && args[0].equals("build")) {
            long begin = System.nanoTime();
            build(Path.of(args[1]), Path.of(args[2]), analyzer(Path.of(args[3])));
            System.out.println((System.nanoTime() - begin) / 1e9);
        } else if (args.length == 3 && args[0].equals("ask")) {
            long begin = System.nanoTime();
            Engine e = new Engine(Path.of(args[1]), analyzer(Path.of(args[2])));
            say("ready\t" + (System.nanoTime() - begin));
            e.serve();
        } else {
            System.err.println("build ARCHIVE INDEX STOPWORDS, or ask INDEX STOPWORDS");
            System.exit(2);
        }
    }

    static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    static Analyzer analyzer(Path stopWords) throws IOException {
        return new EnglishAnalyzer(new CharArraySet(Files.readAllLines(stopWords), true));
    }

    static FacetsConfig config() {
        return new FacetsConfig();
    }

    static void build(Path archive, Path index, Analyzer analyzer) throws IOException {
        FieldType body = new FieldType(TextField.TYPE_STORED);
        body.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS_AND_OFFSETS); // for highlights
        body.freeze();
        FacetsConfig facets = config();
        IndexWriterConfig how = new IndexWriterConfig(analyzer);
        how.setRAMBufferSizeMB(64);
        try (FSDirectory dir = FSDirectory.open(index);
                IndexWriter w = new IndexWriter(dir, how);
                BufferedReader in = Files.newBufferedReader(archive, StandardCharsets.UTF_8)) {
            int n = 0;
            for (String line; (line = in.readLine()) != null; ) {
                String[] parts = line.split("\t", 6);
                long at = Long.parseLong(parts[0]);
                Document d = new Document();
                d.add(new TextField("title", parts[4], Field.Store.YES));
                d.add(new Field("body", parts[5].replace('\u001e', '\n'), body));
                d.add(new LongPoint("at", at));
                d.add(new NumericDocValuesField("at", at));
                d.add(new StoredField("url", parts[3]));
                d.add(new SortedSetDocValuesFacetField("source", parts[1]));
                d.add(new SortedSetDocValuesFacetField("day", Long.toString(at / 86400)));
                w.addDocument(facets.build(d));
                if (++n % COMMIT == 0) {
                    w.commit();
                }
            }
            w.commit();
        }
    }

    final Analyzer analyzer;
    final DirectoryReader reader;
    final IndexSearcher searcher;
    final SortedSetDocValuesReaderState state;
    final UnifiedHighlighter highlighter;

    Engine(Path index, Analyzer analyzer) throws IOException {
        this.analyzer = analyzer;
        reader = DirectoryReader.open(FSDirectory.open(index));
        searcher = new IndexSearcher(reader);
        searcher.setQueryCache(null); // the questions differ in life, too
        state = new DefaultSortedSetDocValuesReaderState(reader);
        highlighter = new UnifiedHighlighter(searcher, analyzer);
    }

    void serve() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            String[] parts = line.split("\t", -1);
            if (parts[0].equals("news") || parts[0].equals("command")) {
                say("-");
                continue;
            }
            String[] words = parts[1].isEmpty() ? new String[0] : parts[1].split(" ");
            try {
                long begin = System.nanoTime();
                String answer = ask(parts[0], words, Long.parseLong(parts[2]));
                say((System.nanoTime() - begin) + "\t" + answer);
            } catch (RuntimeException e) {
                say("!" + e);
            }
        }
    }

    /** The total, the times of the hits and the length of the highlights. */
    String ask(String kind, String[] words, long since) throws IOException {
        Query q = query(kind, words);
        if (since > 0) {
            q = new BooleanQuery.Builder().add(q, Occur.MUST).add(LongPoint.newRangeQuery("at", since, Long.MAX_VALUE), Occur.FILTER).build();
        }
        TopDocs top;
        if (kind.equals("new") || kind.equals("everything")) {
            SortField newest = new SortField("at", SortField.Type.LONG, true);
            newest.setCanUsePoints(); // skips what is older than the worst hit
            top = searcher.search(q, HITS, new Sort(newest));
        } else if (kind.equals("facets") || kind.equals("status")) {
            FacetsCollector found = new FacetsCollector();
            top = FacetsCollector.search(searcher, q, HITS, found);
            Facets counts = new SortedSetDocValuesFacetCounts(state, found);
            for (String by : List.of("source", "day")) {
                FacetResult r = counts.getTopChildren(1000, by);
                if (r == null && top.totalHits.value > 0) {
                    throw new IllegalStateException("no facet " + by);
                }
            }
        } else {
            top = searcher.search(q, HITS);
        }
        int chars = 0;
        if (kind.equals("highlights") || kind.equals("status")) {
            for (String s : highlighter.highlight("body", q, top)) {
                chars += s == null ? 0 : s.length();
            }
        }
        List<String> at = new ArrayList<>();
        for (ScoreDoc hit : top.scoreDocs) {
            at.add(Long.toString(timeOf(hit.doc)));
        }
        long total = top.totalHits.relation == TotalHits.Relation.EQUAL_TO ? top.totalHits.value : -1;
        return total + "\t" + String.join(",", at) + "\t" + chars;
    }

    long timeOf(int doc) throws IOException {
        var leaf = reader.leaves().get(org.apache.lucene.index.ReaderUtil.subIndex(doc, reader.leaves()));
        var values = leaf.reader().getNumericDocValues("at");
        values.advanceExact(doc - leaf.docBase);
        return values.longValue();
    }

    Query query(String kind, String[] words) throws IOException {
        if (kind.equals("everything")) {
            return new MatchAllDocsQuery();
        }
        BooleanQuery.Builder b = new BooleanQuery.Builder();
        if (kind.equals("phrase")) {
            for (String field : List.of("title", "body")) {
                PhraseQuery.Builder p = new PhraseQuery.Builder();
                for (String t : terms(words)) {
                    p.add(new Term(field, t));
                }
                b.add(p.build(), Occur.SHOULD);
            }
            return b.build();
        }
        for (String t : terms(words)) {
            Query either = new BooleanQuery.Builder()
                    .add(new BoostQuery(new TermQuery(new Term("title", t)), 4), Occur.SHOULD)
                    .add(new TermQuery(new Term("body", t)), Occur.SHOULD).build();
            b.add(either, kind.equals("all") ? Occur.MUST : Occur.SHOULD);
        }
        return b.build();
    }

    List<String> terms(String[] words) throws IOException {
        List<String> out = new ArrayList<>();
        try (TokenStream s = analyzer.tokenStream("body", String.join(" ", words))) {
            CharTermAttribute term = s.addAttribute(CharTermAttribute.class);
            s.reset();
            while (s.incrementToken()) {
                out.add(term.toString());
            }
            s.end();
        }
        return out;
    }
}
