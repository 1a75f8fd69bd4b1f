package io.camelsegment.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Rewrites members of an event in its text: it walks to them with the scanner and copies all other bytes as they are.
 * Of a member that is there several times the last one counts, as everywhere here; what removes or maps it takes all.
 * For one edit; not thread-safe.
 */
final class MemberEditor {

    private static final byte[] OPEN = {'{'};
    private static final byte[] COLON = {':'};
    private static final byte[] COMMA = {','};
    private static final byte[] CLOSE = {'}'};
    private static final byte[] NULL = "null".getBytes(US_ASCII);

    private final byte[] json;
    private final List<String> names;
    private final JsonScanner scanner;

    private byte[] out;
    private int length;
    /** All bytes before this one are copied or left out. */
    private int cursor;

    private MemberEditor(byte[] json, EventPath path) {
        this.json = json;
        this.names = path.names();
        this.scanner = JsonScanner.ofChecked(json);
    }

    /** A member of that name: from the brace or comma before it, its value, and how many members are before it. */
    private record Row(int start, int valueStart, int valueEnd, int position) {}

    /** The members of one object that have some name, in their order. */
    private record Rows(List<Row> found, int members, int end) {

        boolean isLast(int index) {
            return index == found.size() - 1;
        }
    }

    /** Edits the members that have the path's last name, in one object. */
    @FunctionalInterface
    private interface Change {
        void apply(Rows rows);
    }

    /** Names of members that are kept. */
    private static final class Kept {

        /** Empty where all are kept, below the root. */
        private final Map<String, Kept> members = new TreeMap<>();

        void add(List<String> names) {
            Kept kept = this;
            boolean whole = false;
            for (String name : names) {
                Kept before = kept.members.get(name);
                whole |= before != null && before.members.isEmpty();
                if (whole) {
                    return; // a shorter path keeps all of it
                }
                kept = kept.members.computeIfAbsent(name, n -> new Kept());
            }
            kept.members.clear();
        }
    }

    /** Returns the text without a member; the array itself if there is none. */
    static byte[] remove(byte[] json, EventPath path) {
        MemberEditor editor = new MemberEditor(json, path);
        editor.each(editor.root(), 0, editor::removeAll);
        return editor.result();
    }

    /**
     * Returns the text with a member, and with the objects on the way to it.
     *
     * @throws IllegalArgumentException if there is something else than an object on the way
     */
    static byte[] set(byte[] json, EventPath path, byte[] value) {
        MemberEditor editor = new MemberEditor(json, path);
        editor.set(editor.root(), 0, value);
        return editor.result();
    }

    /** Returns the text with other values of a member; the array itself if there is none or nothing else. */
    static byte[] map(byte[] json, EventPath path, UnaryOperator<Object> mapping) {
        MemberEditor editor = new MemberEditor(json, path);
        editor.each(editor.root(), 0, rows -> {
            for (Row row : rows.found) {
                Object before = JsonTree.decode(json, row.valueStart);
                Object after = mapping.apply(before);
                if (after != before) { // the very one, so that a value that is left alone keeps its bytes
                    editor.replace(row.valueStart, row.valueEnd, JsonValue.encode(after));
                }
            }
        });
        return editor.result();
    }

    /**
     * Returns the text with no other members in an object than these.
     *
     * @param parent the object
     * @param kept   paths in it
     */
    static byte[] keep(byte[] json, EventPath parent, List<EventPath> kept) {
        Kept tree = new Kept();
        kept.forEach(path -> tree.add(path.names()));
        MemberEditor editor = new MemberEditor(json, parent);
        editor.each(editor.root(), 0, rows -> {
            for (Row row : rows.found) {
                editor.keep(row.valueStart, tree);
            }
        });
        return editor.result();
    }

    /** Returns start and end of a value; null if there is none, or where the path goes through an array. */
    static int[] find(byte[] json, EventPath path) {
        MemberEditor editor = new MemberEditor(json, path);
        int at = editor.root();
        int[] range = null;
        for (String name : path.names()) {
            if (json[at] != '{') {
                return null;
            }
            Rows rows = editor.rows(at, name);
            if (rows.found.isEmpty()) {
                return null;
            }
            Row last = rows.found.get(rows.found.size() - 1);
            at = last.valueStart;
            range = new int[] {at, last.valueEnd};
        }
        return range;
    }

    /** Returns the value; the list of those in the elements where the path goes through an array; null for none. */
    static Object get(byte[] json, EventPath path) {
        MemberEditor editor = new MemberEditor(json, path);
        return editor.get(editor.root(), 0);
    }

    private int root() {
        int open = scanner.whitespace(0);
        if (open == json.length || json[open] != '{') {
            throw new IllegalStateException(
                    "expected the event to be a JSON object, but was " + JsonText.kind(json, open));
        }
        return open;
    }

    private Object get(int p, int level) {
        if (level == names.size()) {
            return JsonTree.decode(json, p);
        }
        if (json[p] == '[') {
            List<Object> all = new ArrayList<>();
            for (int[] element : elements(p)) {
                Object one = get(element[0], level);
                if (one != null) {
                    all.add(one);
                }
            }
            return all;
        }
        if (json[p] != '{') {
            return null;
        }
        List<Row> found = rows(p, names.get(level)).found;
        if (found.isEmpty()) {
            return null;
        }
        Row last = found.get(found.size() - 1);
        return get(last.valueStart, level + 1);
    }

    /** Applies a change in each object that the path leads to. */
    private void each(int p, int level, Change change) {
        if (json[p] == '[') {
            for (int[] element : elements(p)) {
                each(element[0], level, change);
            }
        } else if (json[p] == '{') {
            Rows rows = rows(p, names.get(level));
            if (level == names.size() - 1) {
                change.apply(rows);
            } else {
                for (Row row : rows.found) {
                    each(row.valueStart, level + 1, change);
                }
            }
        }
    }

    private void set(int p, int level, byte[] value) {
        if (json[p] == '[') {
            for (int[] element : elements(p)) {
                set(element[0], level, value);
            }
            return;
        }
        if (json[p] != '{') {
            throw new IllegalArgumentException("expected object but was " + JsonText.kind(json, p) + " at $."
                    + String.join(".", names.subList(0, level)));
        }
        Rows rows = rows(p, names.get(level));
        boolean last = level == names.size() - 1;
        for (int i = 0; i < rows.found.size(); i++) {
            Row row = rows.found.get(i);
            if (last && !rows.isLast(i)) {
                remove(row, i);
            } else if (last) {
                replace(row.valueStart, row.valueEnd, value);
            } else if (!rows.isLast(i)) {
                each(row.valueStart, level + 1, this::removeAll);
            } else if (json[row.valueStart] == 'n') {
                copyUpTo(row.valueStart);
                putNested(level + 1, value);
                cursor = row.valueEnd;
            } else {
                set(row.valueStart, level + 1, value);
            }
        }
        if (rows.found.isEmpty()) {
            append(rows, level, value);
        }
    }

    private void append(Rows rows, int level, byte[] value) {
        int end = rows.end - 1;
        while (JsonScanner.isWhitespace(json[end - 1])) {
            end--;
        }
        copyUpTo(end);
        if (rows.members > 0) {
            put(COMMA);
        }
        putName(names.get(level));
        putNested(level + 1, value);
    }

    /** Puts the objects for the rest of the path with the value. */
    private void putNested(int level, byte[] value) {
        for (String name : names.subList(level, names.size())) {
            put(OPEN);
            putName(name);
        }
        put(value);
        for (int i = level; i < names.size(); i++) {
            put(CLOSE);
        }
    }

    private void putName(String name) {
        put(JsonText.encode(name));
        put(COLON);
    }

    private void removeAll(Rows rows) {
        for (int i = 0; i < rows.found.size(); i++) {
            remove(rows.found.get(i), i);
        }
    }

    /**
     * Leaves out a member and one of the commas beside it.
     *
     * @param removed how many members of its object before it are left out
     */
    private void remove(Row row, int removed) {
        if (row.position > removed) {
            copyUpTo(row.start - 1);
            cursor = row.valueEnd;
        } else {
            copyUpTo(row.start);
            int next = scanner.whitespace(row.valueEnd);
            cursor = json[next] == ',' ? next + 1 : row.valueEnd;
        }
    }

    private void replace(int from, int to, byte[] value) {
        copyUpTo(from);
        put(value);
        cursor = to;
    }

    private void keep(int p, Kept kept) {
        if (json[p] == '[') {
            for (int[] element : elements(p)) {
                if (json[element[0]] == '{' || json[element[0]] == '[') {
                    keep(element[0], kept);
                } else {
                    replace(element[0], element[1], NULL);
                }
            }
            return;
        }
        if (json[p] != '{') {
            return;
        }
        int removed = 0;
        for (Row row : rows(p, null).found) {
            Kept member = kept.members.get(nameOf(row));
            boolean nested = json[row.valueStart] == '{' || json[row.valueStart] == '[';
            if (member == null || (!member.members.isEmpty() && !nested)) {
                remove(row, removed++);
            } else if (!member.members.isEmpty()) {
                keep(row.valueStart, member);
            }
        }
    }

    private String nameOf(Row row) {
        int quote = scanner.whitespace(row.start);
        int end = quote + 1;
        while (json[end] != '"') {
            end += json[end] == '\\' ? 2 : 1;
        }
        return JsonText.decode(json, quote + 1, end);
    }

    /** Finds the members of an object that have a name; all if it is null. */
    private Rows rows(int open, String name) {
        List<Row> found = new ArrayList<>(2);
        int members = 0;
        for (int p = scanner.firstMember(open); p >= 0; p = scanner.nextMember(p)) {
            boolean fits = name == null || scanner.nameIs(name);
            int start = scanner.start();
            int valueStart = p;
            p = scanner.value(p);
            if (fits) {
                found.add(new Row(start, valueStart, p, members));
            }
            members++;
        }
        return new Rows(found, members, scanner.end());
    }

    /** Returns start and end of each element of an array. */
    private List<int[]> elements(int open) {
        List<int[]> elements = new ArrayList<>();
        for (int p = scanner.firstElement(open); p >= 0; p = scanner.nextElement(p)) {
            int start = p;
            p = scanner.value(p);
            elements.add(new int[] {start, p});
        }
        return elements;
    }

    private void copyUpTo(int end) {
        if (out == null) {
            out = new byte[json.length + 64];
        }
        put(json, cursor, end);
        cursor = end;
    }

    private void put(byte[] bytes) {
        put(bytes, 0, bytes.length);
    }

    private void put(byte[] bytes, int from, int to) {
        int longer = length + to - from;
        if (longer > out.length) {
            out = Arrays.copyOf(out, Math.max(longer, out.length * 2));
        }
        System.arraycopy(bytes, from, out, length, to - from);
        length = longer;
    }

    private byte[] result() {
        if (out == null) {
            return json;
        }
        copyUpTo(json.length);
        return Arrays.copyOf(out, length);
    }
}
