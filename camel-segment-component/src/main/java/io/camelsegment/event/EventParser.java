package io.camelsegment.event;

/**
 * Parses requests of Segment's tracking API. A batch that is {@linkplain EventBatch#release released} leaves its tables
 * to the next one on the same thread. Thread-safe.
 */
public final class EventParser {

    /** Most bytes that a batch may add to its events, as a multiple of the request limit. */
    private static final long MOST_SHARED_TO_REQUEST = 8;

    private final EventLimits limits;

    public EventParser(EventLimits limits) {
        this.limits = limits;
    }

    public EventLimits limits() {
        return limits;
    }

    /**
     * Parses the body of a call such as {@code /v1/track}: one event.
     *
     * @param body        the JSON text in UTF-8, decompressed; kept by the result, must not change
     * @param impliedType the type in the path; overrides the type in the body
     * @throws InvalidRequestException if the body is not one JSON object within the limits
     */
    public EventBatch parseEvent(byte[] body, EventType impliedType) throws InvalidRequestException {
        return new Reader(body, Kind.EVENT).read(impliedType);
    }

    /**
     * Parses the body of {@code /v1/batch} and similar calls: an object whose {@code batch} is an array of events.
     *
     * @param body the JSON text in UTF-8, decompressed; kept by the result, must not change
     * @throws InvalidRequestException if the body is not such an object, has no events, or exceeds a limit
     */
    public EventBatch parseBatch(byte[] body) throws InvalidRequestException {
        return new Reader(body, Kind.BATCH).read(null);
    }

    /**
     * Parses a body of any kind: a batch as in {@link #parseBatch}, one event, or, as sent by Segment's webhooks, an
     * array of events.
     *
     * @param body the JSON text in UTF-8, decompressed; kept by the result, must not change
     * @throws InvalidRequestException if the body is none of these, has no events, or exceeds a limit
     */
    public EventBatch parseAny(byte[] body) throws InvalidRequestException {
        return new Reader(body, Kind.ANY).read(null);
    }

    private enum Kind {
        EVENT,
        BATCH,
        ANY
    }

    private final class Reader {
        private final byte[] body;
        private final Kind kind;
        private final JsonScanner scanner;
        private final Scratch scratch = Scratch.take();
        /** The members of the outermost object: the envelope, or the single event. */
        private final MemberTable outer = scratch.outer;

        private MemberTable inner;
        private EventTable events;

        Reader(byte[] body, Kind kind) throws InvalidRequestException {
            if (body.length > limits.maxRequestBytes()) {
                throw new InvalidRequestException(
                        RejectionReason.REQUEST_TOO_LARGE,
                        "request is " + body.length + " bytes, at most " + limits.maxRequestBytes() + " are taken");
            }
            this.body = body;
            this.kind = kind;
            this.scanner = new JsonScanner(body, limits.maxNestingDepth());
        }

        EventBatch read(EventType impliedType) throws InvalidRequestException {
            try {
                int root = scanner.whitespace(afterByteOrderMark());
                if (root == body.length) {
                    throw badRequest("expected a JSON object but the body is empty");
                }
                boolean array = kind == Kind.ANY && body[root] == '[';
                int end = array ? readEvents(root) : readObject(root, outer, kind != Kind.EVENT);
                int trailing = scanner.whitespace(end);
                if (trailing < body.length) {
                    throw scanner.expected("the end of the body", trailing);
                }
                if (events == null) {
                    if (kind == Kind.BATCH) {
                        throw badRequest("expected array but was nothing at $.batch");
                    }
                    scratch.events.reset(1);
                    scratch.events.add(root, end, 0);
                    return new EventBatch(
                            body, limits, scratch, scratch.events, outer, scratch.inner, "$", impliedType);
                }
                String path = array ? "$[" : "$.batch[";
                if (events.size() == 0) {
                    throw new InvalidRequestException(
                            RejectionReason.EMPTY_BATCH, "expected object but was nothing at " + path + "0]");
                }
                checkSharedBytes();
                return new EventBatch(body, limits, scratch, events, inner, outer, path, null);
            } catch (JsonSyntaxException e) {
                throw badRequest(e.getMessage() + " at " + place(e.offset()));
            }
        }

        private int readObject(int brace, MemberTable members, boolean mayHoldBatch) throws InvalidRequestException {
            for (int p = scanner.firstMember(brace); p >= 0; p = scanner.nextMember(p)) {
                int start = scanner.start();
                int valueStart = p;
                Member member = Member.of(body, scanner);
                if (member == Member.BATCH && mayHoldBatch && isArray(p)) {
                    p = readEvents(p);
                    continue;
                }
                p = scanner.value(p);
                if (member != null && member != Member.BATCH) {
                    members.add(member, start, valueStart, p, scanner.isPlain());
                }
            }
            return scanner.end();
        }

        private boolean isArray(int p) throws InvalidRequestException {
            boolean array = p < body.length && body[p] == '[';
            if (!array && kind == Kind.BATCH) {
                throw badRequest("expected array but was " + JsonText.kind(body, p) + " at $.batch");
            }
            return array;
        }

        private int readEvents(int bracket) throws InvalidRequestException {
            // A second batch replaces the first, as in JSON.parse. Sized for SDKs' events: 400 bytes, 8 known members.
            events = scratch.events;
            events.reset(body.length / 256 + 1);
            inner = scratch.inner;
            inner.reset(body.length / 48 + 1);
            int p = scanner.firstElement(bracket);
            while (p >= 0) {
                if (events.size() == limits.maxEventsPerRequest()) {
                    throw new InvalidRequestException(
                            RejectionReason.TOO_MANY_EVENTS,
                            "batch has more than " + limits.maxEventsPerRequest() + " events");
                }
                int start = p;
                int firstRow = inner.rows();
                p = p < body.length && body[p] == '{' ? readObject(p, inner, false) : scanner.value(p);
                events.add(start, p, firstRow);
                p = scanner.nextElement(p);
            }
            return scanner.end();
        }

        /** Checks the bytes that the batch adds to each event: without a limit, a small body could fill the memory. */
        private void checkSharedBytes() throws InvalidRequestException {
            long each = 0;
            for (int row = 0; row < outer.rows(); row++) {
                Member member = outer.member(row);
                if (member == Member.CONTEXT || member == Member.INTEGRATIONS || member == Member.SENT_AT) {
                    each += outer.valueEnd(row) - outer.valueStart(row);
                }
            }
            long most = MOST_SHARED_TO_REQUEST * limits.maxRequestBytes();
            if (each * events.size() > most) {
                throw new InvalidRequestException(
                        RejectionReason.REQUEST_TOO_LARGE,
                        "context, integrations and sentAt of the batch add " + each * events.size()
                                + " bytes to its events, at most " + most + " are taken");
            }
        }

        /** Skips the byte order mark, which C# and Windows tools write and RFC 8259 allows to ignore. */
        private int afterByteOrderMark() {
            boolean marked =
                    body.length >= 3 && body[0] == (byte) 0xef && body[1] == (byte) 0xbb && body[2] == (byte) 0xbf;
            return marked ? 3 : 0;
        }

        private String place(int offset) {
            int line = 1;
            int column = 1;
            for (int i = 0; i < offset; i++) {
                if (body[i] == '\n') {
                    line++;
                    column = 1;
                } else if ((body[i] & 0xc0) != 0x80) { // no later byte of a character
                    column++;
                }
            }
            return "line " + line + ", column " + column;
        }

        private static InvalidRequestException badRequest(String message) {
            return new InvalidRequestException(RejectionReason.BAD_REQUEST, message);
        }
    }
}
