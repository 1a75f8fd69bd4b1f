package io.camelsegment.tracking;

import io.camelsegment.event.SegmentEvent;
import io.camelsegment.memory.Hash128;
import io.camelsegment.memory.MessageIdRepository;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.spi.IdempotentRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids of the events that a source has delivered, in a repository. A repository that fails costs duplicates, never
 * an event or an answer: so each method takes an Error, too, since others may wait for the event. Thread-safe.
 */
abstract class DeliveredIds {

    private static final Logger LOG = LoggerFactory.getLogger(DeliveredIds.class);

    /** Name of the source; a messageId identifies an event only within it. */
    final String source;

    private DeliveredIds(String source) {
        this.source = source;
    }

    /** Creates those of a source; the ids of a request are looked up at once if the repository can. */
    static DeliveredIds in(IdempotentRepository repository, String source) {
        return repository instanceof MessageIdRepository hashes
                ? new OfHashes(hashes, source)
                : new OfTexts(repository, source);
    }

    /** Returns the ids of some events in the source, equal for equal messageIds. */
    abstract List<?> ids(List<SegmentEvent> events);

    /** Returns which ids are there; none if the repository fails. */
    abstract boolean[] containsAll(List<?> ids);

    /** Adds ids. */
    abstract void addAll(List<?> ids);

    final void cannotLookUp(Throwable failure) {
        LOG.warn(
                "Source {}: cannot look up a messageId, so its event may be delivered twice: {}",
                source,
                failure.getClass().getName());
    }

    final void cannotRemember(Throwable failure) {
        LOG.warn(
                "Source {}: cannot remember a messageId, so its event may be delivered twice: {}",
                source,
                failure.getClass().getName());
    }

    private static final class OfHashes extends DeliveredIds {

        private final MessageIdRepository repository;

        OfHashes(MessageIdRepository repository, String source) {
            super(source);
            this.repository = repository;
        }

        @Override
        List<Hash128> ids(List<SegmentEvent> events) {
            return Arrays.asList(repository.hashes(source, events, SegmentEvent::messageId));
        }

        @Override
        boolean[] containsAll(List<?> ids) {
            try {
                return repository.containsAll(ids.toArray(new Hash128[0]));
            } catch (Throwable e) {
                cannotLookUp(e);
                return new boolean[ids.size()];
            }
        }

        @Override
        void addAll(List<?> ids) {
            try {
                repository.addAll(ids.toArray(new Hash128[0]));
            } catch (Throwable e) {
                cannotRemember(e);
            }
        }
    }

    private static final class OfTexts extends DeliveredIds {

        private final IdempotentRepository repository;

        OfTexts(IdempotentRepository repository, String source) {
            super(source);
            this.repository = repository;
        }

        @Override
        List<String> ids(List<SegmentEvent> events) {
            List<String> ids = new ArrayList<>(events.size());
            for (SegmentEvent event : events) {
                ids.add(source + ':' + event.messageId());
            }
            return ids;
        }

        @Override
        boolean[] containsAll(List<?> ids) {
            boolean[] contained = new boolean[ids.size()];
            for (int i = 0; i < contained.length; i++) {
                try {
                    contained[i] = repository.contains((String) ids.get(i));
                } catch (Throwable e) {
                    cannotLookUp(e);
                }
            }
            return contained;
        }

        @Override
        void addAll(List<?> ids) {
            for (Object id : ids) {
                try {
                    repository.add((String) id);
                } catch (Throwable e) {
                    cannotRemember(e);
                }
            }
        }
    }
}
