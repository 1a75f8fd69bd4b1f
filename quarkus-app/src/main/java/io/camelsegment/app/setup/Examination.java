package io.camelsegment.app.setup;

import io.camelsegment.app.routes.Destination;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One examination: asks each question once, first about the caller, then the roles, the streams and the permissions.
 */
final class Examination implements AutoCloseable {

    /** AWS allows few of these calls a second. */
    private static final int AT_A_TIME = 4;

    private final RoleAssumer assumer;
    private final Clock clock;
    private final AwsClients clients = new AwsClients();
    private final SilentPlaces silent = new SilentPlaces();
    private final ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME, task -> {
        Thread thread = new Thread(task, "segment-doctor-call");
        thread.setDaemon(true);
        return thread;
    });

    Examination(RoleAssumer assumer, Clock clock) {
        this.assumer = assumer;
        this.clock = clock;
    }

    Report of(Collection<Destination> destinations) {
        Map<Destination, List<DestinationStream>> streams = new LinkedHashMap<>();
        destinations.forEach(destination -> streams.put(destination, DestinationStream.of(destination)));
        Set<Access> accesses = new LinkedHashSet<>();
        destinations.forEach(destination -> accesses.add(Access.of(destination.aws())));

        BaseIdentity.Examiner callers = new BaseIdentity.Examiner(clients, assumer, clock);
        Map<String, BaseIdentity> bases =
                each(accesses.stream().map(Access::region).collect(Collectors.toSet()), callers::examine);
        RoleSession.Examiner roles = new RoleSession.Examiner(assumer.sessionDuration());
        Map<Access, RoleSession> sessions = each(accesses, access -> roles.examine(access, base(access, bases)));
        StreamCheck.Examiner describing = new StreamCheck.Examiner(clients, silent);
        Map<DestinationStream, StreamCheck> states = each(
                streams.values().stream().flatMap(List::stream).collect(Collectors.toCollection(LinkedHashSet::new)),
                stream -> describing.examine(stream, sessions.get(stream.access())));
        Permissions permissions = new Permissions(clients, assumer.iamEndpoint(), silent);
        Map<Access, Map<DestinationStream, List<Check>>> allowed =
                each(accesses, access -> permissions.examine(sessions.get(access), of(access, states)));

        List<Diagnosis> diagnoses = new ArrayList<>();
        streams.forEach((destination, its) -> {
            Access access = Access.of(destination.aws());
            BaseIdentity base = base(access, bases);
            RoleSession session = sessions.get(access);
            List<Check> checks = new ArrayList<>(List.of(base.identity(), session.assumed(), session.externalId()));
            its.forEach(stream -> checks.addAll(allowed.get(access).get(stream)));
            its.forEach(stream -> checks.add(states.get(stream).check()));
            checks.add(base.clock());
            checks.add(Places.examine(destination.aws(), base));
            diagnoses.add(new Diagnosis(
                    destination.name(),
                    destination.service().word(),
                    access.region(),
                    access.roleAddress(),
                    List.copyOf(checks)));
        });
        return new Report(clock.instant(), List.copyOf(diagnoses));
    }

    /** The base role is not assumed where there is no role, nor to assume itself. */
    private BaseIdentity base(Access access, Map<String, BaseIdentity> bases) {
        BaseIdentity base = bases.get(access.region());
        boolean direct = access.roleAddress() == null || access.roleAddress().equals(assumer.roleAddress());
        return direct || base.baseRole() == null ? base : base.baseRole();
    }

    private static Map<DestinationStream, StreamCheck> of(Access access, Map<DestinationStream, StreamCheck> states) {
        Map<DestinationStream, StreamCheck> its = new LinkedHashMap<>();
        states.forEach((stream, state) -> {
            if (stream.access().equals(access)) {
                its.put(stream, state);
            }
        });
        return its;
    }

    /** Asks about each of them, a few at a time. */
    private <K, V> Map<K, V> each(Collection<K> subjects, Function<K, V> question) {
        List<K> asked = List.copyOf(subjects);
        try {
            List<Future<V>> answers = threads.invokeAll(asked.stream()
                    .map(subject -> (Callable<V>) () -> question.apply(subject))
                    .toList());
            Map<K, V> found = new LinkedHashMap<>();
            for (int i = 0; i < asked.size(); i++) {
                found.put(asked.get(i), answers.get(i).get());
            }
            return found;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        clients.close();
    }
}
