package io.millrace.node.live;

import io.millrace.codecs.json.JsonQuotes;
import io.millrace.engine.live.LatencySummary;
import io.millrace.engine.live.LiveView;
import io.millrace.engine.live.Measure;
import java.util.List;
import java.util.Map;

/** A job's counters for programs: one object on one line. Names are those of the reference of counters. */
final class LiveJson
{
    private final StringBuilder text = new StringBuilder();

    private LiveJson()
    {
    }

    /** Everything of one job. */
    static String of(final LiveArguments.Found found)
    {
        final LiveJson json = new LiveJson();
        json.head(found);
        for (final Map.Entry<Measure.Group, Map<Integer, LiveView.Instance>> group : found.view().groups().entrySet())
        {
            json.text.append(",\"").append(group.getKey().key()).append("\":[");
            for (final LiveView.Instance instance : group.getValue().values())
            {
                json.next().append("{\"name\":").append(JsonQuotes.of(instance.name()));
                instance.values().forEach((measure, value) ->
                    json.text.append(",\"").append(measure.key()).append("\":").append(value));
                json.text.append('}');
            }
            json.text.append(']');
        }
        json.text.append(",\"latency\":[");
        for (final LatencySummary latency : LatencySummary.of(found.view()))
        {
            json.next().append("{\"stage\":").append(JsonQuotes.of(latency.stage().key())).append(",\"name\":")
                .append(JsonQuotes.of(latency.name())).append(",\"count\":").append(latency.count())
                .append(",\"p50Ns\":").append(latency.p50Ns()).append(",\"p90Ns\":").append(latency.p90Ns())
                .append(",\"p99Ns\":").append(latency.p99Ns()).append(",\"p999Ns\":").append(latency.p999Ns())
                .append(",\"maxNs\":").append(latency.maxNs()).append('}');
        }
        json.text.append("],\"errors\":");
        json.errors(found.view().errors());
        return json.text.append('}').toString();
    }

    /** The errors of one job. */
    static String errorsOf(final LiveArguments.Found found)
    {
        final LiveJson json = new LiveJson();
        json.head(found);
        json.text.append(",\"errors\":");
        json.errors(found.view().errors());
        return json.text.append('}').toString();
    }

    /** What jobs there are. */
    static String of(final List<LiveArguments.Found> all)
    {
        final LiveJson json = new LiveJson();
        json.text.append("{\"jobs\":[");
        for (final LiveArguments.Found found : all)
        {
            json.next();
            json.head(found);
            json.text.append('}');
        }
        return json.text.append("]}").toString();
    }

    private void head(final LiveArguments.Found found)
    {
        final LiveView view = found.view();
        text.append("{\"job\":").append(JsonQuotes.of(view.job())).append(",\"pid\":").append(view.processId())
            .append(",\"is\":").append(JsonQuotes.of(found.liveness().key()))
            .append(",\"startMs\":").append(view.startMs()).append(",\"heartbeatMs\":").append(view.heartbeatMs())
            .append(",\"endMs\":").append(view.endMs());
    }

    private void errors(final List<LiveView.SeenError> errors)
    {
        text.append('[');
        for (final LiveView.SeenError error : errors)
        {
            next().append("{\"count\":").append(error.count()).append(",\"firstMs\":").append(error.firstMs())
                .append(",\"lastMs\":").append(error.lastMs()).append(",\"text\":").append(JsonQuotes.of(error.text()))
                .append('}');
        }
        text.append(']');
    }

    /** Goes on in a list. */
    private StringBuilder next()
    {
        return text.charAt(text.length() - 1) == '[' ? text : text.append(',');
    }
}
