package io.millrace.engine.job;

import io.millrace.engine.WokenAgent;
import io.millrace.engine.log.Log;
import java.util.List;

/** Does the work of durable logs that must not hold up who writes them. <b>Threading:</b> one thread. */
final class MaintenanceAgent implements WokenAgent
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
    public boolean hasInput()
    {
        for (final Log log : logs)
        {
            if (log.hasWork())
            {
                return true;
            }
        }
        return false;
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
