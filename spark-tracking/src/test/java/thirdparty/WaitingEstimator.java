package thirdparty;

import java.util.concurrent.CountDownLatch;
import org.apache.spark.sql.Dataset;

/** A constant that is fitted at once if it is none, which throws, and else when it may go on. */
public class WaitingEstimator extends ConstantEstimator {
  private static final long serialVersionUID = 1L;

  /** Fits go on when somebody allows it. */
  public static volatile CountDownLatch mayGoOn = new CountDownLatch(0);

  public WaitingEstimator() {
    super();
  }

  public WaitingEstimator(String uid) {
    super(uid);
  }

  @Override
  public ConstantModel fit(Dataset<?> dataset) {
    if ((Double) getOrDefault(value()) >= 0) {
      try {
        mayGoOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return super.fit(dataset);
  }
}
