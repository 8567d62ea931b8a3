package kant.iothub.service;

import java.io.IOException;
import kant.iothub.deploy.ConfigurationContent;
import kant.iothub.deploy.Deployer;
import kant.iothub.error.HubRefusedException;
import kant.iothub.twin.TwinChange;
import kant.iothub.twin.TwinView;
import kant.iothub.twin.Twins;
import kant.protocol.http.HttpAnswer;

/** Twins, and deployments, which are changes of several of them. */
final class TwinOperations {
    private final Twins twins;
    private final Deployer deployer;
    private final IdentityViews views;

    TwinOperations(Twins twins, Deployer deployer, IdentityViews views) {
        this.twins = twins;
        this.deployer = deployer;
        this.views = views;
    }

    HttpAnswer get(Call call) throws IOException, HubRefusedException {
        return answer(twins.view(call.identity()));
    }

    HttpAnswer patch(Call call) throws IOException, HubRefusedException {
        return answer(twins.patch(call.identity(), call.ifMatch(), TwinChange.parse(call.body())));
    }

    HttpAnswer replace(Call call) throws IOException, HubRefusedException {
        return answer(twins.replace(call.identity(), call.ifMatch(), TwinChange.parse(call.body())));
    }

    HttpAnswer deploy(Call call) throws IOException, HubRefusedException {
        deployer.apply(call.device(), ConfigurationContent.parse(call.body()));
        return Answers.done();
    }

    private HttpAnswer answer(TwinView view) throws IOException, HubRefusedException {
        return Answers.ok(views.json(view), view.etag());
    }
}
