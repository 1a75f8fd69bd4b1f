package io.camelsegment.app.doctor;

import io.camelsegment.app.doctor.Subject.Access;
import io.camelsegment.app.doctor.Subject.Service;
import io.camelsegment.app.doctor.Subject.Stream;
import io.camelsegment.routes.Destination;
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

/** One examination: asks each question once, first about the callers, then the roles, the streams and the permissions. */
final class Examination implements AutoCloseable {

    /** AWS allows few of these calls a second. */
    private static final int AT_A_TIME = 4;

    private final Caller caller;
    private final Clock clock;
    private final AwsClients clients;
    private final ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME, task -> {
        Thread thread = new Thread(task, "segment-doctor-call");
        thread.setDaemon(true);
        return thread;
    });

    Examination(Caller caller, Clock clock) {
        this.caller = caller;
        this.clock = clock;
        this.clients = new AwsClients(caller);
    }

    Report of(Collection<Destination> destinations) {
        Map<Destination, List<Stream>> streams = new LinkedHashMap<>();
        destinations.forEach(destination -> streams.put(destination, streams(destination)));
        Set<Access> accesses = new LinkedHashSet<>();
        destinations.forEach(destination -> accesses.add(access(destination)));

        BaseIdentity.Examiner callers = new BaseIdentity.Examiner(clients, caller, clock);
        Map<String, BaseIdentity> bases =
                each(accesses.stream().map(Access::region).collect(Collectors.toSet()), callers::examine);
        RoleSession.Examiner roles = new RoleSession.Examiner(caller.sessionDuration());
        Map<Access, RoleSession> sessions = each(accesses, access -> roles.examine(access, base(access, bases)));
        StreamState.Examiner describing = new StreamState.Examiner(clients);
        Map<Stream, StreamState> states = each(
                streams.values().stream().flatMap(List::stream).collect(Collectors.toCollection(LinkedHashSet::new)),
                stream -> describing.examine(stream, sessions.get(stream.access())));
        Permissions permissions = new Permissions(clients);
        Map<Access, Map<Stream, List<Check>>> allowed =
                each(accesses, access -> permissions.examine(sessions.get(access), of(access, states)));

        List<Diagnosis> diagnoses = new ArrayList<>();
        streams.forEach((destination, its) -> {
            Access access = access(destination);
            BaseIdentity base = base(access, bases);
            RoleSession session = sessions.get(access);
            List<Check> checks = new ArrayList<>(List.of(base.identity(), session.assumed(), session.externalId()));
            its.forEach(stream -> checks.addAll(allowed.get(access).get(stream)));
            its.forEach(stream -> checks.add(states.get(stream).check()));
            checks.add(base.clock());
            checks.add(Places.examine(destination.aws(), base));
            diagnoses.add(new Diagnosis(
                    destination.name(),
                    service(destination).prefix(),
                    access.region(),
                    access.roleAddress(),
                    List.copyOf(checks)));
        });
        return new Report(clock.instant(), List.copyOf(diagnoses));
    }

    /** The base role is not assumed where there is no role, nor to assume itself. */
    private BaseIdentity base(Access access, Map<String, BaseIdentity> bases) {
        BaseIdentity base = bases.get(access.region());
        boolean direct = access.roleAddress() == null || access.roleAddress().equals(caller.roleAddress());
        return direct || base.baseRole() == null ? base : base.baseRole();
    }

    private static Access access(Destination destination) {
        return new Access(
                destination.aws().region(),
                destination.aws().roleAddress(),
                destination.aws().secretId());
    }

    private static Service service(Destination destination) {
        return destination instanceof Destination.Kinesis ? Service.KINESIS : Service.FIREHOSE;
    }

    private static List<Stream> streams(Destination destination) {
        return destination.streams().stream()
                .map(name -> new Stream(
                        access(destination),
                        service(destination),
                        destination.aws().endpointOverride(),
                        name))
                .toList();
    }

    private static Map<Stream, StreamState> of(Access access, Map<Stream, StreamState> states) {
        Map<Stream, StreamState> its = new LinkedHashMap<>();
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
