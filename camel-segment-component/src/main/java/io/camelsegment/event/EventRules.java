package io.camelsegment.event;

/** Checks an event against the Segment spec. Not thread-safe: holds the current event. */
final class EventRules {
    private final EventBatch batch;
    private final byte[] body;
    private final EventMembers members;

    private int index;

    EventRules(EventBatch batch, EventMembers members) {
        this.batch = batch;
        this.body = batch.body();
        this.members = members;
    }

    void moveTo(int event) {
        index = event;
    }

    void checkShape() throws InvalidEventException {
        int start = batch.events().start(index);
        if (body[start] != '{') {
            throw invalid(RejectionReason.BAD_REQUEST, unexpected("object", start) + batch.path(index));
        }
        int bytes = batch.events().end(index) - start;
        int most = batch.limits().maxEventBytes();
        if (bytes > most) {
            throw invalid(
                    RejectionReason.EVENT_TOO_LARGE,
                    "event is " + bytes + " bytes, at most " + most + " are taken, at " + batch.path(index));
        }
    }

    EventType type() throws InvalidEventException {
        if (batch.impliedType() != null) {
            return batch.impliedType();
        }
        if (members.isAbsent(Member.TYPE)) {
            throw missing(RejectionReason.MISSING_TYPE, Member.TYPE);
        }
        check(Member.TYPE, '"', RejectionReason.INVALID_TYPE);
        EventType type = members.type();
        if (type == null) {
            throw invalid(
                    RejectionReason.INVALID_TYPE,
                    "expected track, identify, page, screen, group or alias but was another string at "
                            + path(Member.TYPE));
        }
        return type;
    }

    String id(Member member) throws InvalidEventException {
        String id = members.text(member);
        if (id == null && !members.isAbsent(member)) {
            throw unexpected(RejectionReason.ID_NOT_STRING, "string", member);
        }
        return id;
    }

    void checkSender(EventType type, String userId, String anonymousId, String groupId) throws InvalidEventException {
        String previousId = id(Member.PREVIOUS_ID);
        if (userId == null
                && anonymousId == null
                && !(type == EventType.GROUP && groupId != null)
                && !(type == EventType.ALIAS && previousId != null)) {
            throw invalid(
                    RejectionReason.NO_USER_ANON_ID,
                    "expected userId or anonymousId but was neither at " + batch.path(index));
        }
    }

    /** Returns the track event's, page's or screen's name; null if there is none. */
    String eventName(EventType type) throws InvalidEventException {
        return switch (type) {
            case TRACK -> {
                check(Member.EVENT, '"', RejectionReason.EVENT_NOT_STRING);
                if (members.isAbsent(Member.EVENT)) {
                    throw missing(RejectionReason.EVENT_NOT_DEFINED, Member.EVENT);
                }
                yield members.text(Member.EVENT);
            }
            case PAGE, SCREEN -> {
                check(Member.NAME, '"', RejectionReason.NAME_NOT_STRING);
                yield members.text(Member.NAME);
            }
            case IDENTIFY, GROUP, ALIAS -> null;
        };
    }

    void checkDetails(EventType type) throws InvalidEventException {
        switch (type) {
            case TRACK -> check(Member.PROPERTIES, '{', RejectionReason.PROPERTIES_NOT_OBJECT);
            case PAGE, SCREEN -> {
                check(Member.CATEGORY, '"', RejectionReason.CATEGORY_NOT_STRING);
                check(Member.PROPERTIES, '{', RejectionReason.PROPERTIES_NOT_OBJECT);
            }
            case IDENTIFY, GROUP -> check(Member.TRAITS, '{', RejectionReason.TRAITS_NOT_OBJECT);
            case ALIAS -> {}
        }
    }

    private void check(Member member, char first, RejectionReason reason) throws InvalidEventException {
        int kind = members.kind(member);
        if (kind != 0 && kind != first && kind != 'n') {
            throw unexpected(reason, first == '{' ? "object" : "string", member);
        }
    }

    private InvalidEventException missing(RejectionReason reason, Member member) {
        return invalid(reason, "expected string but was nothing at " + path(member));
    }

    private InvalidEventException unexpected(RejectionReason reason, String wanted, Member member) {
        return invalid(reason, unexpected(wanted, members.valueStart(member)) + path(member));
    }

    private String unexpected(String wanted, int valueStart) {
        return "expected " + wanted + " but was " + JsonText.kind(body, valueStart) + " at ";
    }

    private String path(Member member) {
        return batch.path(index) + "." + member.specName();
    }

    private InvalidEventException invalid(RejectionReason reason, String message) {
        return new InvalidEventException(reason, message, index, members.text(Member.MESSAGE_ID));
    }
}
