// Sends a tick and waits for the whole answer, again and again, over loopback. Arguments: port,
// file of the tick, frames of an answer, how often. Prints the nanoseconds of each round trip.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static unsigned char in[1 << 16];

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  int frames = atoi(argv[3]), times = atoi(argv[4]), one = 1;
  unsigned char tick[4096];
  FILE *file = fopen(argv[2], "rb");
  size_t length = fread(tick, 1, sizeof tick, file);
  int s = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(s, (struct sockaddr *)&to, sizeof to) != 0) return 1;
  setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  long long *took = malloc(sizeof(long long) * times);
  for (int i = 0; i < times; i++) {
    long long from = now();
    if (write(s, tick, length) != (ssize_t)length) return 1;
    size_t have = 0, at = 0;
    for (int left = frames; left > 0;) {
      while (left > 0 && have - at >= 4) {
        size_t size = (size_t)in[at] << 24 | in[at + 1] << 16 | in[at + 2] << 8 | in[at + 3];
        if (have - at < 4 + size) break;
        at += 4 + size;
        left--;
      }
      if (left == 0) break;
      ssize_t n = read(s, in + have, sizeof in - have);
      if (n <= 0) return 1;
      have += n;
    }
    took[i] = now() - from;
  }
  for (int i = 0; i < times; i++) printf("%lld\n", took[i]);
  return 0;
}
