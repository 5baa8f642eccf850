// The floor of a server: whatever comes, the same answer. Argument: the file of the answer. Prints
// its port, serves one connection after the other.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  static unsigned char answer[1 << 16], in[1 << 16];
  int one = 1;
  FILE *file = fopen(argv[1], "rb");
  size_t length = fread(answer, 1, sizeof answer, file);
  int s = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in at = {.sin_family = AF_INET};
  socklen_t size = sizeof at;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(s, (struct sockaddr *)&at, sizeof at);
  listen(s, 1);
  getsockname(s, (struct sockaddr *)&at, &size);
  printf("%d\n", ntohs(at.sin_port));
  fflush(stdout);
  for (;;) {
    int c = accept(s, 0, 0);
    setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    while (read(c, in, sizeof in) > 0)
      if (write(c, answer, length) < 0) break;
    close(c);
  }
}
