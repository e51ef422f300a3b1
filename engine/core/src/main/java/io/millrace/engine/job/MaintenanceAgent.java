package io.millrace.engine.job;

import io.millrace.engine.log.Log;
import java.util.List;
import org.agrona.concurrent.Agent;

/** Does the work of durable logs that must not hold up who writes them. <b>Threading:</b> one thread. */
final class MaintenanceAgent implements Agent
{
    private final Log[] logs;

    MaintenanceAgent(final List<Log> logs)
    {
        this.logs = logs.toArray(new Log[0]);
    }

    @Override
    public String roleName()
    {
        return "maintenance";
    }

    @Override
    public int doWork()
    {
        int work = 0;
        for (final Log log : logs)
        {
            work += log.doWork();
        }
        return work;
    }
}
